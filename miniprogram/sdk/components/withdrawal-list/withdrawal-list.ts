/** What was agreed to, each with the one tap that takes it back: no reason, no second question. */

import { current } from '../../src/index'
import type { ConsentItem } from '../../src/index'
import { ask, once, part } from '../part'
import type { Self, Tap } from '../part'

part({
  lead: 'withdraw.lead', none: 'withdraw.none', act: 'withdraw.act', loading: 'loading', retry: 'retry',
}, {
  data: { items: [], busy: false },
  show: (self) => load(self),
  methods: {
    load() {
      return load(this)
    },
    withdraw(event: Tap) {
      const purpose = event.currentTarget.dataset.purpose
      return once(this, async () => {
        const sent = await current().consents.withdraw(purpose)
        const items = this.data.items.filter((one: { purpose: string }) => one.purpose !== purpose)
        this.setData({ items, note: current().text(sent === 'sent' ? 'withdraw.done' : 'withdraw.kept') })
        this.triggerEvent('done', { purpose })
      })
    },
  },
})

/** Where the law counts days. */
const shanghaiDay = (moment: string): string => new Date(Date.parse(moment) + 288e5).toISOString().slice(0, 10)

function load(self: Self): Promise<void> {
  return ask(self, () => current().consents.list(), (all) => ({
    items: all.filter((one) => one.state === 'given').map(({ notice, answered_at }: ConsentItem) => ({
      purpose: notice.purpose,
      title: notice.title,
      since: answered_at ? current().text('withdraw.since', { day: shanghaiDay(answered_at) }) : '',
    })),
  }))
}
