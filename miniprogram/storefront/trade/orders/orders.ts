import { current } from '@yumen/miniprogram'
import type { OrderState, Page } from '@yumen/miniprogram'

import { go } from '../../shop/go'
import { money, moment } from '../../shop/look'
import { numberOf } from '../../shop/order'
import { run, screen } from '../../shop/screen'
import type { Self } from '../../shop/screen'

interface Tile {
  id: string
  state: OrderState
  total_fen: number
  placed_at: string
}

screen({
  words: 'orders',
  data: { orders: [], next: '' },
  async load(self) {
    const { orders, next } = await read(self, '')
    return { orders, next, empty: !orders.length }
  },
  more,
  acts: {
    open: ({ currentTarget }) => go('/trade/order/order?id=' + currentTarget.dataset.id),
    shop: () => wx.switchTab({ url: '/pages/category/category' }),
  },
})

async function read(self: Self, cursor: string): Promise<{ orders: unknown[]; next: string }> {
  const { items, next_cursor } = await current().api.get<Page<Tile>>('/v1/orders', { query: { cursor, limit: 20 }, scope: self.scope })
  const orders = items.map((one) => ({
    id: one.id, number: numberOf(one.id), at: moment(one.placed_at), sum: money(one.total_fen), state: self.data.t[one.state],
  }))
  return { orders, next: next_cursor || '' }
}

function more(self: Self): Promise<boolean> | void {
  if (!self.data.next) return
  return run(self, async () => {
    const { orders, next } = await read(self, self.data.next)
    self.setData({ orders: [...self.data.orders, ...orders], next })
  })
}
