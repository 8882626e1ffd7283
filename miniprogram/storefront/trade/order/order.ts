import { among, current, matching, route } from '@yumen/miniprogram'

import { carrierName } from '../../shop/carriers'
import { go } from '../../shop/go'
import { money, moment } from '../../shop/look'
import { linesOf, numberOf, placeText, stepsOf } from '../../shop/order'
import type { OrderView } from '../../shop/order'
import { run, screen } from '../../shop/screen'

const CLAIM_OVER = ['settled', 'rejected', 'withdrawn', 'lapsed']
const STEPPED = ['paid', 'shipped', 'received', 'completed']
const OUTCOMES = ['', 'pending', 'cancelled', 'failed', 'paid', 'closed'] as const

screen({
  words: 'order',
  data: { order: null, lines: [], steps: [], claims: [], note: '', may: {} },
  begin(self, options) {
    const found = current().links.read<{ id: string; outcome: (typeof OUTCOMES)[number] }>(options, {
      id: matching(/ord_[0-9a-z]{26}/, ''), outcome: among(OUTCOMES, ''),
    })
    Object.assign(self, found)
  },
  async load(self) {
    const { t } = self.data
    const order = await current().api.get<OrderView>(route`/v1/orders/${self.id}`, { scope: self.scope })
    const unpaid = order.state === 'awaiting_payment'
    const claims = order.claims.map((one) => ({
      id: one.id, text: t['claim_' + one.state], sum: money(one.amount_fen), open: ['opened', 'approved'].indexOf(one.state) >= 0,
      back: one.state === 'approved', shown: one.state === 'opened',
    }))
    const note = unpaid ? (self.outcome === 'pending' ? t.pending : self.outcome ? t.not_paid : '') : ''
    self.shipped = order.shipped_at ? '1' : '0'
    const settled = order.claims.every((one) => CLAIM_OVER.indexOf(one.state) >= 0)
    return {
      order: {
        state: t[order.state], number: numberOf(order.id), placed: moment(order.placed_at), payBy: unpaid ? moment(order.pay_by_at) : '',
        who: `${order.recipient} ${order.phone_masked}`, where: placeText(order.place), goods: money(order.goods_fen),
        shipping: order.shipping_fen ? money(order.shipping_fen) : t.free, total: money(order.total_fen), paid: order.paid_fen ? money(order.paid_fen) : '',
        refunded: order.refunded_fen ? money(order.refunded_fen) : '', parcels: order.parcels.map((one) => ({ id: one.id, text: `${carrierName(one.carrier)} ${one.tracking_no}` })),
      },
      lines: linesOf(order.lines), steps: STEPPED.indexOf(order.state) >= 0 ? stepsOf(order.state, t) : [], claims, note,
      may: {
        pay: unpaid, cancel: unpaid, receive: order.state === 'shipped', invoice: !!order.paid_at && order.state !== 'refunded',
        claim: settled && !!order.paid_fen && order.refunded_fen < order.paid_fen && order.state !== 'refunding',
      },
    }
  },
  acts: {
    pay() {
      return run(this, async () => {
        this.outcome = await current().pay.pay(this.id)
        if (this.scope.ended) return undefined
        if (this.outcome === 'paid') return wx.redirectTo({ url: '/trade/paid/paid?id=' + this.id })
        return this.reload()
      })
    },
    cancel() {
      return run(this, () => current().api.post(route`/v1/orders/${this.id}/cancel`).then(() => this.reload()))
    },
    receive() {
      return run(this, () => current().api.post(route`/v1/orders/${this.id}/receive`).then(() => this.reload()))
    },
    give({ currentTarget }) {
      return run(this, () => current().api.post(route`/v1/claims/${currentTarget.dataset.id}/withdraw`).then(() => this.reload()))
    },
    claim() {
      go(`/trade/claim/claim?id=${this.id}&shipped=${this.shipped}`)
    },
    parcel: ({ currentTarget }) => go('/trade/parcel/parcel?claim=' + currentTarget.dataset.id),
    pictures: ({ currentTarget }) => go('/trade/claim/claim?claim=' + currentTarget.dataset.id),
    invoice() {
      go('/trade/invoice/invoice?id=' + this.id)
    },
    help: () => go('/mine/help/help'),
  },
})
