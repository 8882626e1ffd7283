/** Every text of the storefront in both languages, by page. What the server and the SDK say comes in the language by itself. */

import type { Language } from '@yumen/miniprogram'

import { BUYING } from './words-buying'
import { OWN } from './words-own'

type Texts = Record<string, readonly [en: string, zh: string]>
export type Words = Record<string, string>

const EVERYWHERE: Texts = {
  retry: ['Try again', '重试'],
  sold_out: ['Sold out', '已售罄'],
  from: ['from {sum}', '{sum} 起'],
  loading: ['Loading', '加载中'],
  offline: ['You are offline. What you had is still here when the network is back.', '当前没有网络，联网后可继续。'],
  agree: ['Read and decide', '查看并决定'],
  private: ['This part needs a login, and a login needs your agreement to the privacy notice. Browsing does not.', '此处需要登录，登录前需您同意隐私保护指引；浏览商品不需要。'],
  joint: [', ', '、'],
}

const LOOKING = {
  tabs: { home: ['Home', '首页'], shop: ['Shop', '分类'], bag: ['Bag', '购物袋'], me: ['Me', '我的'] },
  home: {
    title: ['VELVET PINE', '绒松'],
    hero: ['Snow on\nthe pines', '雪落\n松间'],
    hero_text: ['Scents and vessels of the cold months', '冬日香氛与器皿'],
    fresh: ['New this season', '本季新品'],
    all: ['All', '全部'],
    search: ['Search', '搜索'],
    empty: ['The shelves are being filled. Look in again soon.', '商品正在上架，请稍后再来。'],
    share: ['Velvet Pine: scents and vessels', '绒松：香氛与器皿'],
  },
  category: {
    title: ['Shop', '分类'],
    all: ['All', '全部'],
    search: ['Search scents, vessels, tea', '搜索香氛、器皿、茶'],
    empty: ['Nothing here at the moment.', '此分类暂无商品。'],
    end: ['That is all.', '没有更多了。'],
    kinds: ['Categories', '商品分类'],
  },
  search: {
    title: ['Search', '搜索'],
    hint: ['Search scents, vessels, tea', '搜索香氛、器皿、茶'],
    act: ['Search', '搜索'],
    empty: ['Nothing found. Try a shorter word.', '没有找到，请换个更短的词。'],
    lead: ['What you search for is not kept.', '搜索内容不会被保存。'],
  },
  product: {
    title: ['Product', '商品'],
    choose: ['Size', '规格'],
    delivery: ['Delivery', '配送'],
    delivery_text: ['mainland China, by courier', '中国大陆，快递'],
    stock: ['Stock', '库存'],
    stock_many: ['in stock', '有货'],
    stock_few: ['{n} left', '余 {n} 件'],
    stock_none: ['sold out', '已售罄'],
    returns: ['Returns', '退换'],
    returns_text: ['7 days, no reason asked', '七天无理由'],
    why: ['Why this price', '价格如何得出'],
    add: ['Add to bag', '加入购物袋'],
    buy: ['Buy now', '立即购买'],
    added: ['In your bag', '已加入购物袋'],
    bag: ['Bag', '购物袋'],
    share: ['Share', '分享'],
    gone: ['This product is not on the shelves any more.', '该商品已下架。'],
    home: ['To the shop', '去逛逛'],
  },
} as const

const ALL = { ...LOOKING, ...BUYING, ...OWN }
export type Group = keyof typeof ALL

/** The texts of a page and those of all pages. */
export function words(group: Group, language: Language): Words {
  const found: Words = {}
  for (const texts of [EVERYWHERE, ALL[group] as Texts]) {
    for (const name of Object.keys(texts)) found[name] = texts[name][language === 'zh' ? 1 : 0]
  }
  return found
}

/** A text with its `{facts}` filled in. */
export function fill(text: string, facts: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name]))
}
