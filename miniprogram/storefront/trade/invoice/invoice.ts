import { current, isYumenError, matching, route } from '@yumen/miniprogram'

import { run, screen } from '../../shop/screen'
import type { Self } from '../../shop/screen'

interface Invoice {
  kind: string
  title: string
  state: string
}

screen({
  words: 'invoice',
  data: { kind: 'person', wanted: null, note: '' },
  begin(self, options) {
    self.id = current().links.read<{ id: string }>(options, { id: matching(/ord_[0-9a-z]{26}/, '') }).id
    self.form = {}
  },
  load: async (self) => ({ wanted: await find(self) }),
  acts: {
    kind({ currentTarget }) {
      this.setData({ kind: currentTarget.dataset.name })
    },
    write({ currentTarget, detail }) {
      this.form[currentTarget.dataset.name] = detail.value
    },
    send() {
      const { title = '', tax_number = '', email = '' } = this.form
      const body = { kind: this.data.kind, title: title.trim(), tax_number: tax_number.trim().toUpperCase(), email: email.trim() }
      return run(this, async () => {
        await current().api.put(route`/v1/orders/${this.id}/invoice`, body)
        this.setData({ note: this.data.t.done, wanted: await find(this) })
      })
    },
  },
})

async function find(self: Self): Promise<Invoice | null> {
  try {
    return await current().api.get<Invoice>(route`/v1/orders/${self.id}/invoice`, { scope: self.scope })
  } catch (thrown) {
    if (isYumenError(thrown) && thrown.status === 404) return null
    throw thrown
  }
}
