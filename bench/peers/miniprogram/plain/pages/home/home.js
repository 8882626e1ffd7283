const { request, appid, toast } = require('../../utils/request')

Page({
  data: { products: [], ready: false, failed: false },
  onLoad() {
    this.load()
  },
  async load() {
    this.setData({ failed: false })
    try {
      const { items } = await request(`/v1/products?limit=8&appid=${appid()}`)
      this.setData({ products: items, ready: true })
    } catch (failed) {
      toast(failed)
      this.setData({ failed: true })
    }
  },
})
