import { current, matching, route } from '@yumen/miniprogram'

import { TEMPLATES } from '../../config'
import { moment, money } from '../../shop/look'
import { linesOf, numberOf, stepsOf } from '../../shop/order'
import type { OrderView } from '../../shop/order'
import { screen } from '../../shop/screen'

screen({
  words: 'paid',
  data: { order: null, member: false, lines: [], steps: [] },
  begin(self, options) {
    self.id = current().links.read<{ id: string }>(options, { id: matching(/ord_[0-9a-z]{26}/, '') }).id
  },
  async load(self) {
    const [order, member] = await Promise.all([
      current().api.get<OrderView>(route`/v1/orders/${self.id}`, { scope: self.scope }),
      current().loyalty.read().then(() => true, () => false),
    ])
    return {
      member,
      order: { number: numberOf(order.id), sum: money(order.paid_fen || order.total_fen), at: moment(order.paid_at) },
      lines: linesOf(order.lines), steps: stepsOf(order.state, self.data.t),
    }
  },
  acts: {
    see() {
      if (TEMPLATES.length) current().messages.ask(TEMPLATES).catch(() => undefined)
      wx.redirectTo({ url: '/trade/order/order?id=' + this.id })
    },
    shop: () => wx.switchTab({ url: '/pages/home/home' }),
  },
})
