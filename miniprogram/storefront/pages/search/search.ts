import { current, words as typed } from '@yumen/miniprogram'

import { tiles } from '../../shop/goods'
import { screen } from '../../shop/screen'

const WORDS_MAX = 80
const FOUND_MAX = 40

screen({
  words: 'search',
  data: { q: '', asked: '', tiles: [] },
  begin(self, options) {
    const { q } = current().links.read<{ q: string }>(options, { q: typed(WORDS_MAX) })
    self.setData({ q, asked: q })
  },
  async load({ data, scope }) {
    if (!data.asked) return { tiles: [] }
    const { items } = await tiles({ q: data.asked, limit: FOUND_MAX }, scope)
    return { tiles: items, empty: !items.length }
  },
  acts: {
    type({ detail }) {
      this.data.q = detail.value
    },
    search() {
      const asked = typed(WORDS_MAX)(this.data.q)
      this.setData({ asked, state: 'loading' })
      this.reload()
    },
  },
})
