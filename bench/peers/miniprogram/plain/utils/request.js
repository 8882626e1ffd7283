// As most mini-programs have it: wx.request in a promise, a toast when it fails, a login when there is no token.
const BASE = 'https://api.velvetpine.example'

function send(path, method, data) {
  const { token } = getApp().globalData
  return new Promise((resolve, reject) => {
    wx.request({
      url: BASE + path,
      method,
      data,
      header: { 'Content-Type': 'application/json', 'Accept-Language': 'zh', ...(token ? { Authorization: 'Bearer ' + token } : {}) },
      success(res) {
        if (res.statusCode >= 200 && res.statusCode < 300) resolve(res.data)
        else reject({ status: res.statusCode, ...res.data })
      },
      fail: reject,
    })
  })
}

async function request(path, method = 'GET', data) {
  try {
    return await send(path, method, data)
  } catch (failed) {
    if (failed.status !== 401) throw failed
    await login()
    return send(path, method, data)
  }
}

async function login() {
  const { code } = await wx.login()
  const { token } = await send('/v1/login', 'POST', { app: appid(), code })
  getApp().globalData.token = token
  wx.setStorageSync('token', token)
}

const appid = () => wx.getAccountInfoSync().miniProgram.appId
const toast = (failed) => wx.showToast({ title: failed.title || '网络异常，请稍后重试', icon: 'none' })

module.exports = { request, login, appid, toast }
