import { words as typed } from '@yumen/miniprogram'

import { tiles } from '../../shop/goods'
import { screen } from '../../shop/screen'

const WORDS_MAX = 80
const FOUND_MAX = 40

screen({
  words: 'search',
  data: { q: '', asked: '', tiles: [] },
  begin(self, options) {
    self.setData({ q: typed(WORDS_MAX)(options.q && decodeURIComponent(options.q)) })
    self.setData({ asked: self.data.q })
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
