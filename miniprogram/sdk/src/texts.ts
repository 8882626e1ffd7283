/** What the core says to people, in both languages. The server's own words come with its answer. */

import type { Language } from './face'

export type Texts = Record<string, readonly [en: string, zh: string]>

export const CORE_TEXTS: Texts = {
  'network.offline': ['You are offline. Please try again when the network is back.', '当前没有网络，请联网后重试。'],
  'network.timeout': ['The network is slow and no answer came. Please try again.', '网络较慢，暂未收到回应，请重试。'],
  'network.unreachable': ['The shop cannot be reached just now. Please try again.', '暂时无法连接，请稍后重试。'],
  'network.domain': ['This app is not set up to reach its server.', '小程序尚未配置服务器域名。'],
  'server.unreadable': ['The answer could not be read. Please try again.', '收到的内容无法识别，请重试。'],
  'server.unavailable': ['The shop is busy. Please try again in a moment.', '服务繁忙，请稍后重试。'],
  'session.login_failed': ['WeChat did not answer the login. Please try again.', '微信登录未成功，请重试。'],
  'session.closed': ['You have logged out.', '您已退出登录。'],
  'session.switched': ['Another person is logged in now.', '登录账号已更换。'],
  'privacy.refused': ['This needs your agreement to the privacy notice.', '使用此功能需要您同意隐私保护指引。'],
  'request.gone': ['Stopped.', '已停止。'],
  'request.path_unfit': ['This link cannot be opened.', '无法打开此链接。'],
  'queue.full': ['Too many changes are waiting. Please go online first.', '待同步的修改过多，请先联网。'],
  unsupported: ['Please update WeChat to use this.', '请更新微信后使用此功能。'],
  unknown: ['Something went wrong. Please try again.', '出现问题，请重试。'],
}

/** The text of a code with its `{facts}` filled in; an unknown code is told in general words. */
export function textOf(texts: Texts, language: Language, code: string, facts: Record<string, string | number> = {}): string {
  const pair = has(texts, code) ? texts[code] : texts.unknown
  return pair[language === 'zh' ? 1 : 0].replace(/\{(\w+)\}/g, (all, name: string) =>
    has(facts, name) ? String(facts[name]) : all)
}

/** An own property: names from outside never reach the prototype. */
export function has(table: object, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(table, name)
}
