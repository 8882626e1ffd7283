const { request, toast } = require('../../utils/request')

// what only members have is nothing for everybody else
const ifMember = (asked) => asked.catch((failed) => {
  if (failed.status >= 400 && failed.status < 500) return null
  throw failed
})

Page({
  data: { address: null, quote: null, ready: false, failed: false, busy: false },
  onLoad() {
    this.load()
  },
  async load() {
    this.setData({ failed: false })
    try {
      const [book, coupons, loyalty] = await Promise.all([
        request('/v1/addresses'), ifMember(request('/v1/coupons')), ifMember(request('/v1/loyalty')),
      ])
      const quote = await request('/v1/quote', 'POST', {})
      this.setData({ address: book.items[0] || null, coupons, loyalty, quote, ready: true })
    } catch (failed) {
      toast(failed)
      this.setData({ failed: true })
    }
  },
  async chooseAddress() {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      const chosen = await wx.chooseAddress()
      const { id } = await request('/v1/addresses', 'POST', {
        recipient: chosen.userName, phone: chosen.telNumber, province: chosen.provinceName, city: chosen.cityName,
        district: chosen.countyName || undefined, street: chosen.detailInfo,
      })
      const { items } = await request('/v1/addresses')
      this.setData({ address: items.find((one) => one.id === id) })
    } catch (failed) {
      toast(failed)
    }
    this.setData({ busy: false })
  },
  async pay() {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      const order = await request('/v1/orders', 'POST', { address: this.data.address.id, expected_fen: this.data.quote.total_fen })
      await wx.requestPayment(await request(`/v1/orders/${order.id}/payment`, 'POST'))
      wx.redirectTo({ url: '/trade/paid/paid?id=' + order.id })
    } catch (failed) {
      toast(failed)
    }
    this.setData({ busy: false })
  },
})
