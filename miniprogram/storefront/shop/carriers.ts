/** The carriers that the shop knows, by the ids WeChat gives them: [id, English, Chinese]. */

import { current } from '@yumen/miniprogram'

const CARRIERS: readonly (readonly [id: string, en: string, zh: string])[] = [
  ['SF', 'SF Express', '顺丰速运'],
  ['STO', 'STO Express', '申通快递'],
  ['YTO', 'YTO Express', '圆通速递'],
  ['ZTO', 'ZTO Express', '中通快递'],
  ['YD', 'Yunda Express', '韵达快递'],
  ['JTSD', 'J&T Express', '极兔速递'],
  ['JD', 'JD Logistics', '京东物流'],
  ['EMS', 'EMS', '邮政速递'],
  ['YZPY', 'China Post', '邮政快递包裹'],
  ['DBL', 'Deppon', '德邦快递'],
  ['UC', 'Uni-top Express', '优速快递'],
  ['DHL', 'DHL', '敦豪'],
  ['FEDEX', 'FedEx', '联邦快递'],
  ['UPS', 'UPS', '联合包裹'],
]

export const carriers = (): { id: string; name: string }[] => {
  const at = current().language === 'zh' ? 2 : 1
  return CARRIERS.map((one) => ({ id: one[0], name: one[at] }))
}

export const carrierName = (id: string): string => (carriers().filter((one) => one.id === id)[0] || { name: id }).name
