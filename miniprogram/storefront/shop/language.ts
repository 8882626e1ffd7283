/** The language a person chose for the shop; before a choice, that of their WeChat. */

import { current } from '@yumen/miniprogram'
import type { Language } from '@yumen/miniprogram'

import { keep, kept } from './kept'
import { words } from './words'

const KEY = 'shop.language'

export function keptLanguage(): Language | undefined {
  const found = kept(KEY)
  return found === 'en' || found === 'zh' ? found : undefined
}

export function choose(language: Language): void {
  keep(KEY, language)
  current().setLanguage(language)
}

let painted: Language | undefined

/** WeChat's own tabs in the language of the shop; only a tab page may call for it. */
export function paintTabs(): void {
  const { language } = current()
  if (painted === language) return
  painted = language
  const t = words('tabs', language)
  ;[t.home, t.shop, t.bag, t.me].forEach((text, index) => void wx.setTabBarItem({ index, text }))
}
