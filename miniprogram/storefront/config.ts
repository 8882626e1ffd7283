/** What an agency changes: where the backend is, and the brand's words. The appid is the one in project.config.json. */

/** Request domains as entered in WeChat's back office; a second one is turned to when the first does not answer. */
export const HOSTS = ['https://api.velvetpine.example']

export const BRAND = { en: 'VELVET PINE', zh: '绒松' }

/** Subscribe templates asked for after a payment, from WeChat's back office; none here, so nothing is asked. */
export const TEMPLATES: string[] = []
