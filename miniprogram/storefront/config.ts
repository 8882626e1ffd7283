/** What an agency changes: where the backend is, and the brand's words. The appid is the one in project.config.json. */

/** Request domains as entered in WeChat's back office; a second one is turned to when the first does not answer. */
export const HOSTS = ['https://api.velvetpine.example']

export const BRAND = { en: 'VELVET PINE', zh: '绒松' }

/** Subscribe templates asked for after a payment, from WeChat's back office; none here, so nothing is asked. */
export const TEMPLATES: string[] = []

/** The filing number of the mini-program (made up here), shown where the ministry wants it. */
export const FILING = '沪ICP备00000000号-1X'

/** With whom personal information is shared, beside what a separate consent allows: [English, Chinese]. */
export const SHARED: readonly (readonly [en: string, zh: string])[] = [
  ['Tencent (WeChat, WeChat Pay): your identifier in this app, the order and its amount, to log in, pay and show the parcel.',
    '腾讯（微信、微信支付）：您在本小程序的标识、订单及金额，用于登录、支付和物流展示。'],
  ['The courier of your parcel: name, phone, address, to deliver it.', '承运快递公司：姓名、电话、地址，用于配送。'],
]
