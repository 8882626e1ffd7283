Page({
  open() {
    wx.openPrivacyContract()
  },
})
