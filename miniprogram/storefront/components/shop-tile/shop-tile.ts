/** A product in a grid. */

Component({
  properties: { one: { type: Object, value: {} }, sold: { type: String, value: '' } },
  methods: {
    open() {
      wx.navigateTo({ url: '/pages/product/product?id=' + (this.data.one as { id: string }).id })
    },
  },
})
