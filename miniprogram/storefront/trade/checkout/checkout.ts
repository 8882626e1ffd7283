import { among, current, isYumenError, matching } from '@yumen/miniprogram'
import type { AddressBody, LoyaltyView, OrderBody, Page } from '@yumen/miniprogram'

import { money, figure } from '../../shop/look'
import { isChosen, readBag } from '../../shop/goods'
import { placeText, quotedLines, sumsOf } from '../../shop/order'
import type { OrderView, Quote } from '../../shop/order'
import { run, screen } from '../../shop/screen'
import type { Self } from '../../shop/screen'
import { fill } from '../../shop/words'

interface Coupon {
  id: string
  state: string
  terms: { kind: string; amount_fen?: number; percent?: number }
}

interface Address {
  id: string
  recipient: string
  phone: string
  place: OrderView['place']
}

const FIELDS = ['recipient', 'phone', 'province', 'city', 'district', 'street'] as const
const NEEDED = ['recipient', 'phone', 'province', 'street'] as const

screen({
  words: 'checkout',
  data: { lines: [], sums: {}, address: null, addresses: [], coupons: [], coupon: 0, points: 0, usePoints: false, typing: false, form: {} },
  begin(self, options) {
    const { sku, some } = current().links.read<{ sku: string; some: string }>(options, {
      sku: matching(/[a-z]{3}_[0-9a-z]{26}/, ''), some: among(['', '1'] as const, ''),
    })
    // no lines: the whole bag; `some`: what was chosen of it, never more than that
    self.lines = sku ? [{ sku, quantity: 1 }] : []
    self.some = !sku && !!some
  },
  async load(self) {
    const { api } = current()
    if (self.some) {
      self.lines = (await readBag(self.scope)).filter((one) => isChosen(one.sku))
      if (!self.lines.length) return { empty: true }
    }
    const [book, coupons, loyalty] = await Promise.all([
      api.get<{ items: Address[] }>('/v1/addresses', { scope: self.scope }),
      ifMember(api.get<Page<Coupon>>('/v1/coupons', { scope: self.scope })),
      ifMember(current().loyalty.read()),
    ])
    const usable = coupons ? coupons.items.filter((one) => one.state === 'issued') : []
    self.coupons = usable
    self.loyalty = loyalty
    const named = [self.data.t.coupon_none, ...usable.map((one) => nameOf(one, self))]
    const addresses = book.items.map(shown)
    const points = loyalty ? loyalty.points : 0
    return {
      form: self.data.form,
      addresses, address: addresses.filter((one) => one.id === self.chosen)[0] || addresses[0] || null, coupons: named, points, pointsText: fill(self.data.t.points, { n: figure(points) }),
      ...(await priced(self)),
    }
  },
  acts: {
    bag: () => wx.switchTab({ url: '/pages/cart/cart' }),
    coupon({ detail }) {
      return run(this, () => price(this, { coupon: Number(detail.value) }))
    },
    points({ detail }) {
      return run(this, () => price(this, { usePoints: !!detail.value }))
    },
    async wechat() {
      await run(this, async () => {
        const body = await current().person.chooseAddress()
        if (body) await keep(this, body)
        else this.setData({ typing: true, problem: this.data.t.denied })
      })
      // refused, or not to be had on this phone: typing is always left
      if (this.data.problem) this.setData({ typing: true })
    },
    type() {
      this.setData({ typing: !this.data.typing, form: this.data.form })
    },
    write({ currentTarget, detail }) {
      this.data.form[currentTarget.dataset.name] = detail.value
    },
    keep() {
      const body: Record<string, string> = {}
      for (const name of FIELDS) body[name] = String(this.data.form[name] || '').trim()
      const missing = NEEDED.filter((name) => !body[name]).map((name) => this.data.t[name])
      if (missing.length) return this.setData({ problem: fill(this.data.t.need_fields, { list: missing.join(this.data.t.joint) }) })
      if (!body.city) body.city = body.province
      return run(this, () => keep(this, body as unknown as AddressBody))
    },
    choose({ currentTarget }) {
      const address = this.data.addresses[currentTarget.dataset.at]
      this.chosen = address.id
      this.setData({ address })
    },
    async pay() {
      if (!this.data.address) return this.setData({ problem: this.data.t.need_address })
      await run(this, () => buy(this))
    },
  },
})

const draft = (self: Self): Pick<OrderBody, 'lines' | 'coupons' | 'points'> => ({
  lines: self.lines,
  coupons: self.data.coupon > 0 ? [self.coupons[self.data.coupon - 1].id] : [],
  points: self.data.usePoints ? self.data.points : 0,
})

async function priced(self: Self): Promise<Record<string, unknown>> {
  const quote = await current().api.post<Quote>('/v1/quote', draft(self), { scope: self.scope })
  self.totalFen = quote.total_fen
  return { lines: quotedLines(quote.lines), sums: { ...sumsOf(quote), pay: fill(self.data.t.pay, { sum: money(quote.total_fen) }) } }
}

/** Ask the price with a changed wish; what the server refuses is not kept. */
async function price(self: Self, wish: Record<string, unknown>): Promise<void> {
  const before = { coupon: self.data.coupon, usePoints: self.data.usePoints }
  self.setData(wish)
  try {
    self.setData(await priced(self))
  } catch (thrown) {
    self.setData(before)
    throw thrown
  }
}

async function keep(self: Self, body: AddressBody): Promise<void> {
  self.chosen = (await current().api.post<{ id: string }>('/v1/addresses', body)).id
  self.setData({ typing: false, form: {} })
  await self.reload()
}

/** Order, cashier, and on to where the money says. */
async function buy(self: Self): Promise<void> {
  const { pay, links, measure } = current()
  const { id } = await pay.place({ ...draft(self), address: self.data.address.id, expected_fen: self.totalFen })
  measure.count('order.placed')
  // from here on the order is there, whatever becomes of its payment
  const outcome = await pay.pay(id).catch(() => 'failed' as const)
  // whoever left meanwhile finds it under Orders, and is not taken away from where they are
  if (self.scope.ended) return
  const page = outcome === 'paid' ? 'trade/paid/paid' : 'trade/order/order'
  await wx.redirectTo({ url: links.path(page, { id, outcome }) })
}

const shown = (one: Address) => ({ id: one.id, who: `${one.recipient} ${one.phone}`, where: placeText(one.place) })

function nameOf({ terms }: Coupon, self: Self): string {
  const { t } = self.data
  if (terms.kind === 'gift') return t.coupon_gift
  return terms.kind === 'percentage' ? fill(t.coupon_percent, { n: terms.percent || 0 }) : fill(t.coupon_off, { sum: money(terms.amount_fen || 0) })
}

/** What only members have; nothing for everybody else. */
async function ifMember<T extends Page<Coupon> | LoyaltyView>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked
  } catch (thrown) {
    if (isYumenError(thrown) && thrown.kind === 'refused') return null
    throw thrown
  }
}
