const { request, toast } = require('../../utils/request')

Page({
  data: { order: null, ready: false, failed: false },
  onLoad({ id }) {
    this.id = id
    this.load()
  },
  async load() {
    this.setData({ failed: false })
    try {
      const [order, loyalty] = await Promise.all([request('/v1/orders/' + this.id), request('/v1/loyalty').catch(() => null)])
      this.setData({ order, member: !!loyalty, ready: true })
    } catch (failed) {
      toast(failed)
      this.setData({ failed: true })
    }
  },
})
