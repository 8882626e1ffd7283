/** Everything kept about the person that the shop's interface shows, and the way to a full copy. */

import { current } from '../../src/index'
import { ask, once, part } from '../part'
import type { Self } from '../part'

part({ none: 'info.none', copy: 'info.copy', loading: 'loading', retry: 'retry' }, {
  data: { groups: [], busy: false },
  show: (self) => load(self),
  methods: {
    load() {
      return load(this)
    },
    copy() {
      return once(this, async () => {
        const { id } = await current().person.ask('copy')
        this.setData({ note: current().text('info.copy_asked', { id }) })
        this.triggerEvent('copy', { id })
      })
    },
  },
})

function load(self: Self): Promise<void> {
  return ask(self, () => current().person.information(), (groups) => ({ groups }))
}
