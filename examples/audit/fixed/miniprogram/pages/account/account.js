const { post } = require('../../utils/http')

Page({
  data: { agreed: false },
  onAgree(e) {
    this.setData({ agreed: e.detail.value.length > 0 })
  },
  onPhone(e) {
    if (!e.detail.code) return
    post('/v1/phone', { code: e.detail.code })
  },
  onSkip() {
    wx.navigateBack()
  },
  onClose() {
    post('/v1/account/close', {})
  },
  onWithdraw() {
    post('/v1/consents/withdraw', {})
  },
  onPersonal(e) {
    post('/v1/preferences', { personal: e.detail.value })
  },
})
