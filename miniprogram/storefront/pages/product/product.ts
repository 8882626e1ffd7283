import { current, matching, route } from '@yumen/miniprogram'

import { go } from '../../shop/go'
import { readBag, remember } from '../../shop/goods'
import { money, picture } from '../../shop/look'
import { run, screen } from '../../shop/screen'
import type { Self } from '../../shop/screen'
import { fill } from '../../shop/words'

interface Sku {
  id: string
  name: string
  price_fen: number
  list_fen: number
  left: number
  lines: { step: string; name: string; change_fen: number }[]
}

interface Product {
  id: string
  name: string
  text: string
  images: string[]
  skus: Sku[]
}

const FRESH_MS = 60_000
const FEW = 10

screen({
  words: 'product',
  data: { product: null, images: [], skus: [], at: 0, shown: 0 },
  begin(self, options) {
    self.id = current().links.read<{ id: string }>(options, { id: matching(/prd_[0-9a-z]{26}/, '') }).id
  },
  async load(self) {
    const { api, appid } = current()
    if (!self.id) return { empty: true }
    const product = await api.get<Product>(route`/v1/products/${self.id}`, {
      query: { appid }, session: 'if_open', freshMs: FRESH_MS, stale: true, scope: self.scope,
    })
    self.product = product
    const first = Math.max(0, product.skus.findIndex((one) => one.left > 0))
    const at = self.data.product ? self.data.at : first
    const skus = product.skus.map(({ id, name, left }) => ({ id, name, gone: left < 1 }))
    return { product: { name: product.name, text: product.text }, images: product.images.map(picture), skus, at, ...costOf(self, at) }
  },
  share: ({ data, id }) => ({ title: data.product ? data.product.name : data.t.title, page: 'pages/product/product', params: { id } }),
  acts: {
    slide({ detail }) {
      this.setData({ shown: detail.current })
    },
    choose({ currentTarget }) {
      const at = Number(currentTarget.dataset.at)
      this.setData({ at, ...costOf(this, at) })
    },
    async add() {
      if (await run(this, () => put(this, 1))) wx.showToast({ title: this.data.t.added, icon: 'none' })
    },
    async buy() {
      const sku = this.product.skus[this.data.at]
      if (!(await run(this, () => current().session.open()))) return
      remember(sku.id, picture(this.product.images[0]))
      go(current().links.path('trade/checkout/checkout', { sku: sku.id }))
    },
    bag: () => wx.switchTab({ url: '/pages/cart/cart' }),
    home: () => wx.switchTab({ url: '/pages/home/home' }),
  },
})

/** What the chosen size costs, why, and how many are left. */
function costOf(self: Self, at: number): Record<string, unknown> {
  const { t } = self.data
  const sku: Sku = self.product.skus[at]
  const stock = sku.left < 1 ? t.stock_none : sku.left < FEW ? fill(t.stock_few, { n: sku.left }) : t.stock_many
  const why = sku.lines.length > 1 ? sku.lines.map((one) => ({ name: one.name, sum: money(one.change_fen) })) : []
  return { price: money(sku.price_fen), was: sku.list_fen > sku.price_fen ? money(sku.list_fen) : '', stock, why, gone: sku.left < 1 }
}

/** One more in the bag: the server's cart takes a number, so it is asked first how many lie there. */
async function put(self: Self, pieces: number): Promise<void> {
  const { api } = current()
  const sku: Sku = self.product.skus[self.data.at]
  const there = (await readBag()).filter((one) => one.sku === sku.id)[0]
  await api.put(route`/v1/cart/${sku.id}`, { quantity: (there ? there.quantity : 0) + pieces })
  remember(sku.id, picture(self.product.images[0]))
  current().measure.count('bag.add')
}
