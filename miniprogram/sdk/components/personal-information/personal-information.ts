/** What is kept about the person, why and how long; the values themselves after a tap, shown and never stored. */

import { current } from '../../src/index'
import type { DataCopy } from '../../src/index'
import { ask, once, part } from '../part'
import type { Self } from '../part'

part({
  none: 'info.none', sensitive: 'info.sensitive', leaves: 'info.leaves', stays: 'info.stays', copy: 'info.copy',
  take: 'info.copy_take', loading: 'loading', retry: 'retry',
}, {
  data: { items: [], values: {}, copied: false, busy: false },
  show: (self) => (self.data.state === 'ready' ? undefined : load(self)),
  methods: {
    load() {
      return load(this)
    },
    copy() {
      return once(this, async () => {
        this.made = await current().person.copy()
        this.setData({ values: valuesOf(this.made), copied: true })
        this.triggerEvent('copy', { request: this.made.request })
      })
    },
    take() {
      const { wx, text, error } = current()
      return once(this, () => new Promise((resolve, reject) => {
        if (!wx.setClipboardData) return reject(error('unsupported', 'unsupported'))
        const success = (): void => resolve(this.setData({ note: text('info.copied') }))
        wx.setClipboardData({ data: JSON.stringify(this.made, null, 2), success, fail: reject })
      }))
    },
  },
})

function load(self: Self): Promise<void> {
  return ask(self, () => current().person.information(), (items) => ({ items }))
}

/** By the field's address in the data map: `identity.alias.openid`. */
function valuesOf(copy: DataCopy): Record<string, string> {
  const found: Record<string, string> = {}
  for (const { holding, values } of copy.parts) {
    for (const name of Object.keys(values)) found[holding + '.' + name] = inWords(values[name])
  }
  return found
}

/** To be read, not to be parsed: the copy as text has the whole of it, pictures too. */
function inWords(value: any): string {
  return Array.isArray(value) ? value.map(inWords).join('\n')
    : value && typeof value === 'object' ? Object.keys(value).map((name) => inWords(value[name])).filter(Boolean).join(' · ')
      : String(value ?? '').replace(/^(data:[^;]+).*/, '$1')
}
