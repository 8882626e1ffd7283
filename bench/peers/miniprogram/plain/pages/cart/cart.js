const { request, toast } = require('../../utils/request')

Page({
  data: { lines: [], total: 0, ready: false, failed: false },
  onShow() {
    this.load()
  },
  async load() {
    this.setData({ failed: false })
    try {
      await request('/v1/cart')
      const quote = await request('/v1/quote', 'POST', {})
      this.setData({ lines: quote.lines, total: quote.total_fen, ready: true })
    } catch (failed) {
      toast(failed)
      this.setData({ failed: true })
    }
  },
  checkout() {
    wx.navigateTo({ url: '/trade/checkout/checkout' })
  },
})
