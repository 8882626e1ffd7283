const base = 'https://api.orvane.example'

function send(path, data, retried) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: base + path,
      method: 'POST',
      data,
      timeout: 8000,
      enableHttp2: true,
      success: (res) => resolve(res.data),
      fail: (error) => (retried ? reject(error) : send(path, data, true).then(resolve, reject)),
    })
  })
}

module.exports = { post: (path, data) => send(path, data, false) }
