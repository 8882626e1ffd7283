const { request, appid, toast } = require('../../utils/request')

Page({
  data: { kinds: [], products: [], ready: false, failed: false },
  onLoad() {
    this.load()
  },
  async load() {
    this.setData({ failed: false })
    try {
      const [kinds, products] = await Promise.all([
        request(`/v1/categories?appid=${appid()}`),
        request(`/v1/products?limit=12&appid=${appid()}`),
      ])
      this.setData({ kinds: kinds.items, products: products.items, ready: true })
    } catch (failed) {
      toast(failed)
      this.setData({ failed: true })
    }
  },
})
