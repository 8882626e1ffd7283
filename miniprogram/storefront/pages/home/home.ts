import { BRAND } from '../../config'
import { go } from '../../shop/go'
import { newest } from '../../shop/goods'
import { screen } from '../../shop/screen'

screen({
  words: 'home',
  tab: true,
  data: { tiles: [], brand: BRAND },
  async load({ scope }) {
    const { items } = await newest(scope)
    return { tiles: items, empty: !items.length }
  },
  share: ({ data }) => ({ title: data.t.share, page: 'pages/home/home' }),
  acts: {
    search: () => go('/pages/search/search'),
    all: () => wx.switchTab({ url: '/pages/category/category' }),
  },
})
