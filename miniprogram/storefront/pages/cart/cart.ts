import { current, route } from '@yumen/miniprogram'

import { linesOf } from '../../shop/order'
import { money } from '../../shop/look'
import { isOpen, run, screen } from '../../shop/screen'
import type { Self } from '../../shop/screen'

interface Quote {
  lines: { sku: string; title_en: string; title_zh: string; quantity: number; due_fen: number }[]
  goods_fen: number
  saved_fen: number
  shipping_fen: number
  total_fen: number
}

const PIECES_MAX = 99

screen({
  words: 'cart',
  tab: true,
  data: { lines: [], sums: {}, open: false, note: '' },
  async load(self) {
    if (!isOpen()) return { open: false, lines: [] }
    return { open: true, ...(await read(self)) }
  },
  acts: {
    change({ currentTarget }) {
      const { sku, to } = currentTarget.dataset
      if (to > PIECES_MAX) return undefined
      return run(this, async () => {
        const sent = await current().queue.later('PUT', route`/v1/cart/${sku}`, { quantity: to })
        if (sent === 'kept') return this.setData({ note: this.data.t.waiting, lines: changed(this, sku, to) })
        const { empty, ...found } = await read(this)
        this.setData({ ...found, note: '', state: empty ? 'empty' : 'ready' })
      })
    },
    checkout: () => wx.navigateTo({ url: '/trade/checkout/checkout' }),
    shop: () => wx.switchTab({ url: '/pages/category/category' }),
    login() {
      this.agree()
    },
  },
})

async function read({ scope }: Self): Promise<Record<string, unknown>> {
  const { api } = current()
  const cart = await api.get<{ items: unknown[] }>('/v1/cart', { scope })
  if (!cart.items.length) return { empty: true, lines: [] }
  const quote = await api.post<Quote>('/v1/quote', {}, { scope })
  const sums = {
    goods: money(quote.goods_fen), saved: quote.saved_fen ? money(-quote.saved_fen) : '', shipping: quote.shipping_fen ? money(quote.shipping_fen) : '',
    total: money(quote.total_fen),
  }
  return { lines: linesOf(quote.lines), sums }
}

/** What the bag will hold once the change has arrived. */
const changed = (self: Self, sku: string, to: number) =>
  self.data.lines.map((one: { sku: string; quantity: number }) => (one.sku === sku ? { ...one, quantity: to } : one))
    .filter((one: { quantity: number }) => one.quantity > 0)
