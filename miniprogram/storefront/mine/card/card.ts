import { current } from '@yumen/miniprogram'
import type { CardCodeView, LoyaltyView, Page } from '@yumen/miniprogram'

import { go } from '../../shop/go'
import { day, figure } from '../../shop/look'
import { standing } from '../../shop/member'
import { screen } from '../../shop/screen'
import type { Self } from '../../shop/screen'
import { fill } from '../../shop/words'

interface Movement {
  id: string
  act: string
  points: number
  posted_at: string
}

screen({
  words: 'card',
  data: { member: null, moves: [], code: '' },
  async load(self) {
    const { api, loyalty } = current()
    const rest = Promise.all([
      loyalty.card(), api.get<Page<Movement>>('/v1/loyalty/entries', { query: { limit: 50 }, scope: self.scope }),
    ])
    rest.catch(() => undefined) // refused as well to who is no member
    const found = await standing()
    if (!found) return { empty: true }
    const [card, { items }] = await rest
    watch(self)
    return { member: { ...shown(found, self), number: card.number.replace(/(.{4})(?=.)/g, '$1 ') }, moves: items.map((one) => moved(one, self)) }
  },
  acts: {
    join: () => go('/mine/join/join'),
    onHide() {
      if (this.unwatch) this.unwatch()
    },
    onUnload() {
      if (this.unwatch) this.unwatch()
      this.scope.end()
    },
  },
})

/** The code for the till, as long as the page is in front. */
function watch(self: Self): void {
  if (self.unwatch) self.unwatch()
  self.unwatch = current().loyalty.watchCode((code: CardCodeView | null) => self.setData({ code: code ? code.code.replace(/(.{4})(?=.)/g, '$1 ') : '' }))
}

function shown(one: LoyaltyView, { data: { t } }: Self): Record<string, unknown> {
  return {
    tier: one.tier ? t[one.tier] || one.tier : t.basic,
    points: figure(one.points),
    share: one.next_tier ? Math.min(100, Math.round((one.qualifying_points * 100) / Math.max(1, one.next_tier_from_points))) : 0,
    next: one.next_tier ? fill(t.to_next, { n: figure(one.next_tier_left_points), tier: t[one.next_tier] || one.next_tier }) : '',
    ends: one.expiring ? fill(t.ends, { n: figure(one.expiring), day: day(one.expiring_at) }) : '',
    owed: one.owed ? fill(t.owed, { n: figure(one.owed) }) : '',
  }
}

const moved = (one: Movement, { data }: Self) => ({
  id: one.id, act: data.t[one.act] || one.act, at: day(one.posted_at), points: (one.points > 0 ? '+' : '') + figure(one.points).replace('-', '−'),
})
