import { current } from '@yumen/miniprogram'

import { go } from '../../shop/go'
import { tiles } from '../../shop/goods'
import { begun, grow, isGrown, scrolled } from '../../shop/long-list'
import { run, screen } from '../../shop/screen'
import type { Self } from '../../shop/screen'

interface Category {
  code: string
  name: string
  parent: string | null
}

const FRESH_MS = 300_000
const PAGE = 12

screen({
  words: 'category',
  tab: true,
  data: { kinds: [], chosen: '', blocks: [], above: 0, below: 0, count: 0, next: '' },
  async load(self) {
    const { data, scope } = self
    const { api, appid } = current()
    const shown = shelfOf(self)
    // who comes back from a product finds the list as it was
    if (self.shown === shown && isGrown(self)) return {}
    const [{ items }, found] = await Promise.all([
      api.get<{ items: Category[] }>('/v1/categories', { query: { appid }, session: 'if_open', freshMs: FRESH_MS, stale: true, scope }),
      tiles({ category: data.chosen, limit: PAGE }, scope),
    ])
    if (shown !== shelfOf(self)) return {} // another one was chosen meanwhile
    self.shown = shown
    return { kinds: [{ code: '', name: data.t.all }, ...items], next: found.next, ...begun(self, found.items) }
  },
  more,
  acts: {
    search: () => go('/pages/search/search'),
    more() {
      return more(this)
    },
    choose({ currentTarget }) {
      if (currentTarget.dataset.code === this.data.chosen) return
      this.setData({ chosen: currentTarget.dataset.code, blocks: [], above: 0, below: 0, state: 'loading' })
      this.reload()
    },
    onPageScroll(event) {
      scrolled(this, (event as unknown as { scrollTop: number }).scrollTop)
    },
  },
})

const shelfOf = (self: Self): string => `${current().language} ${self.data.chosen}`

/** The next page, when the end of the list comes into sight. */
function more(self: Self): Promise<boolean> | void {
  const { next, chosen } = self.data
  if (!next) return
  return run(self, async () => {
    const found = await tiles({ category: chosen, cursor: next, limit: PAGE }, self.scope)
    if (self.data.chosen === chosen) grow(self, found.items, { next: found.next })
  })
}
