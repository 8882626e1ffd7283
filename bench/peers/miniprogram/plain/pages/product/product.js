const { request, login, appid, toast } = require('../../utils/request')

Page({
  data: { product: null, ready: false, failed: false, busy: false },
  onLoad({ id }) {
    this.id = id
    this.load()
  },
  async load() {
    this.setData({ failed: false })
    try {
      this.setData({ product: await request(`/v1/products/${this.id}?appid=${appid()}`), ready: true })
    } catch (failed) {
      toast(failed)
      this.setData({ failed: true })
    }
  },
  async add() {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      if (!getApp().globalData.token) await login()
      const sku = this.data.product.skus[0].id
      const { items } = await request('/v1/cart')
      const there = items.find((one) => one.sku === sku)
      await request(`/v1/cart/${sku}`, 'PUT', { quantity: (there ? there.quantity : 0) + 1 })
      wx.showToast({ title: '已加入购物袋' })
    } catch (failed) {
      toast(failed)
    }
    this.setData({ busy: false })
  },
})
