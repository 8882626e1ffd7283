const base = 'http://47.100.1.2:8080'
Page({
  data: { agreed: true },
  onLoad() {
    wx.getUserProfile({ desc: 'x', success: (res) => { wx.setStorageSync('profile', res.userInfo) } })
  },
  onPhone(e) {
    wx.request({ url: base + '/phone?code=' + e.detail.code })
    wx.request({ url: 'https://collect.google-analytics.com/g', data: { phone: e.detail.phoneNumber } })
  },
  onUser(e) {
    eval(e.detail.rawData)
  },
  pick() {
    wx.chooseAddress({ success: (res) => { wx.setStorageSync('address', res.telNumber) } })
  },
})
