App({
  globalData: { appSecret: '9f3c71ab5d2e4c608b1a7f0e6d5c4b3a' },
  onLaunch() {
    wx.getLocation({ type: 'gcj02', success: (res) => { console.log(res.latitude, res.longitude) } })
  },
})
