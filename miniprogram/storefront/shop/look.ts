/** Figures and dates as people read them. */

import { current } from '@yumen/miniprogram'

import { HOSTS } from '../config'

/** Fen as ¥1,280 or ¥12.50. */
export function money(fen: number): string {
  const [yuan, rest] = (Math.abs(fen) / 100).toFixed(2).split('.')
  return (fen < 0 ? '−' : '') + '¥' + yuan.replace(/\B(?=(\d{3})+$)/g, ',') + (rest === '00' ? '' : '.' + rest)
}

export const figure = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',')

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const USUAL_PX = 16
const LARGEST = 1.4
const RPX_WIDE = 750
const SMALLEST_RPX = 24
const LEAST_PX = 12
const SHANGHAI_MS = 8 * 3_600_000

/** The day in Shanghai: 24 November 2026, 2026 年 11 月 24 日. */
export function day(moment: string | null | undefined): string {
  const at = moment ? new Date(Date.parse(moment) + SHANGHAI_MS) : null
  if (!at || isNaN(at.getTime())) return ''
  const [year, month, date] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
  return current().language === 'zh' ? `${year} 年 ${month + 1} 月 ${date} 日` : `${date} ${MONTHS[month]} ${year}`
}

/** The same with the time of day. */
export function moment(text: string | null | undefined): string {
  const at = text ? new Date(Date.parse(text) + SHANGHAI_MS) : null
  return at && !isNaN(at.getTime()) ? `${day(text)} ${at.toISOString().slice(11, 16)}` : ''
}

/**
 * How much larger than drawn the text is shown, as a style of the page (`--text`): as the person has it in WeChat, and on a
 * small phone so that the smallest is still read.
 */
export function textStyle(): string {
  const { fontSizeSetting } = wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync()
  const { windowWidth } = wx.getWindowInfo ? wx.getWindowInfo() : wx.getSystemInfoSync()
  const readable = (LEAST_PX * RPX_WIDE) / (SMALLEST_RPX * windowWidth)
  return `--text: ${Math.min(LARGEST, Math.max(1, readable, (fontSizeSetting || USUAL_PX) / USUAL_PX))}`
}

/** Where the pictures of the catalogue lie. */
export const picture = (path: string | null | undefined): string => (path ? HOSTS[0] + path : '')
