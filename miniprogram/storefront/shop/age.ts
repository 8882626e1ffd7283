/** The age band a person told, and what they may be asked because of it. */

import { current } from '@yumen/miniprogram'

export interface Age {
  band: 'child' | 'teen' | 'adult' | null
  guardian: 'not_needed' | 'needed' | 'given'
  not_asked: string[]
}

export const readAge = (): Promise<Age> => current().api.get<Age>('/v1/age')

/** The purposes whose switches may be shown: a child or a young person is not asked for everything. */
export async function askable(): Promise<string[]> {
  const [age, notices] = await Promise.all([readAge(), current().consents.notices()])
  return notices.filter((one) => one.asks && age.not_asked.indexOf(one.purpose) < 0).map((one) => one.purpose)
}
