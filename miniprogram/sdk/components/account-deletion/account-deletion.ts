/** Ask for the account's deletion: what goes and what law keeps is said first; keeping it is as easy. */

import { current } from '../../src/index'
import { once, part } from '../part'
import type { Tap } from '../part'

part({
  title: 'delete.title', lead: 'delete.lead', understood: 'delete.understood', act: 'delete.act', keep: 'delete.keep',
}, {
  data: { understood: false, busy: false, done: false },
  methods: {
    understand(event: Tap) {
      this.setData({ understood: !!event.detail.value })
    },
    keep() {
      this.setData({ understood: false })
      this.triggerEvent('keep')
    },
    remove() {
      if (!this.data.understood) return undefined
      return once(this, async () => {
        const { request, erased, kept } = await current().person.deleteAccount()
        this.setData({ done: true, note: current().text('delete.done', { id: request, erased, kept }) })
        this.triggerEvent('done', { request })
      })
    },
  },
})
