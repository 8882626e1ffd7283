/** What the core says to people, in both languages; what else may go wrong is told in general words, or by `LABELS`. */

import type { Language } from './face'

export type Texts = Record<string, readonly [en: string, zh: string]>

export const CORE_TEXTS: Texts = {
  'network.offline': ['You are offline. Please try again later.', '当前没有网络，请稍后重试。'],
  'network.timeout': ['The network is slow. Please try again.', '网络较慢，请重试。'],
  'network.unreachable': ['The shop cannot be reached. Please try again.', '无法连接，请稍后重试。'],
  'server.unavailable': ['The shop is busy. Please try again later.', '服务繁忙，请稍后重试。'],
  'session.login_failed': ['The login failed. Please try again.', '登录未成功，请重试。'],
  unsupported: ['Please update WeChat to use this.', '请更新微信后使用此功能。'],
  unknown: ['Something went wrong. Please try again.', '出现问题，请重试。'],
}

/** The text of a code with its `{facts}` filled in; an unknown code is told in general words. */
export function textOf(tables: (() => Texts)[], language: Language, code: string, facts: Record<string, string | number> = {}): string {
  const found = tables.find((table) => has(table(), code))
  return (found ? found()[code] : CORE_TEXTS.unknown)[language === 'zh' ? 1 : 0].replace(/\{(\w+)\}/g, (all, name: string) =>
    has(facts, name) ? String(facts[name]) : all)
}

/** An own property: names from outside never reach the prototype. */
export function has(table: object, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(table, name)
}
