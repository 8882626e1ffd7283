import { current } from '@yumen/miniprogram'
import type { Page } from '@yumen/miniprogram'

import { day, money } from '../../shop/look'
import { run, screen } from '../../shop/screen'
import type { Self } from '../../shop/screen'
import { fill } from '../../shop/words'

interface Coupon {
  id: string
  state: string
  expires_at: string
  terms: { kind: string; amount_fen?: number; percent?: number; minimum_spend_fen?: number }
}

screen({
  words: 'coupons',
  data: { coupons: [], code: '', note: '' },
  async load(self) {
    const { items } = await current().api.get<Page<Coupon>>('/v1/coupons', { query: { limit: 50 }, scope: self.scope })
    return { coupons: items.map((one) => shown(one, self)) }
  },
  acts: {
    write({ detail }) {
      this.data.code = detail.value
    },
    claim() {
      return run(this, async () => {
        await current().api.post('/v1/coupons/claim', { code: this.data.code.trim() })
        this.setData({ code: '', note: this.data.t.added })
        this.reload()
      })
    },
  },
})

function shown({ id, state, expires_at, terms }: Coupon, { data: { t } }: Self): Record<string, unknown> {
  const worth = terms.kind === 'gift' ? t.gift
    : terms.kind === 'percentage' ? fill(t.percent, { n: terms.percent || 0 }) : fill(t.off, { sum: money(terms.amount_fen || 0) })
  const from = terms.minimum_spend_fen ? fill(t.from, { sum: money(terms.minimum_spend_fen) }) : ''
  return { id, worth, from, until: fill(t.until, { day: day(expires_at) }), state: t[state] || state, usable: state === 'issued' }
}
