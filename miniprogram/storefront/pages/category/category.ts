import { current } from '@yumen/miniprogram'

import { tiles } from '../../shop/goods'
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
  data: { kinds: [], chosen: '', tiles: [], next: '' },
  async load({ data, scope }) {
    const { api, appid } = current()
    const [{ items }, found] = await Promise.all([
      api.get<{ items: Category[] }>('/v1/categories', { query: { appid }, session: 'if_open', freshMs: FRESH_MS, stale: true, scope }),
      tiles({ category: data.chosen, limit: PAGE }, scope),
    ])
    return { kinds: [{ code: '', name: data.t.all }, ...items], tiles: found.items, next: found.next }
  },
  more,
  acts: {
    search: () => wx.navigateTo({ url: '/pages/search/search' }),
    choose({ currentTarget }) {
      if (currentTarget.dataset.code === this.data.chosen) return
      this.setData({ chosen: currentTarget.dataset.code, tiles: [], state: 'loading' })
      this.reload()
    },
  },
})

/** The next page, when the end of the list comes into sight. */
function more(self: Self): Promise<boolean> | void {
  const { next, chosen } = self.data
  if (!next) return
  return run(self, async () => {
    const found = await tiles({ category: chosen, cursor: next, limit: PAGE }, self.scope)
    if (self.data.chosen === chosen) self.setData({ tiles: [...self.data.tiles, ...found.items], next: found.next })
  })
}
