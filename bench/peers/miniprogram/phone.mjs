/** A phone without a screen: pages are objects with `data`, taps are calls of their methods, the network is a real one. */

import { makeWire } from './wire.mjs'

/** `code`: see apps.mjs. `weChat`: what WeChat does for the owner (login, address, pay). `network`: its type as WeChat tells it. */
export function makePhone({ code, domain, place, appid, weChat, network }) {
  const stack = []
  const app = {}
  const made = new Map()
  const storage = new Map()
  const watching = new Set()
  let parts
  let defining = ''
  let sheetOf
  let token = ''
  const top = () => stack[stack.length - 1]
  const changed = () => watching.forEach((look) => look())
  const wire = makeWire({ domain, place, seen: ({ headers }) => void (token = headers.authorization || token) })
  const phone = { toasts: [], payments: 0, requests: 0, top: () => top() && top().page, sheet: () => top() && top().sheet }

  function alive(own, methods) {
    const self = { ...methods, data: structuredClone(own.data || {}), triggerEvent() {} }
    self.setData = (change, then) => {
      Object.assign(self.data, change)
      if (then) then()
      changed()
    }
    return self
  }
  function open(path, query) {
    if (!made.has(path)) {
      defining = path
      parts.pages[path]()
    }
    const own = made.get(path)
    const frame = { path, page: Object.assign(alive(own, own), { route: path, options: query }), sheet: undefined }
    // nobody looks at it: a list is as long as it likes
    frame.page.createSelectorQuery = () => query_
    if (parts.sheet) {
      if (!sheetOf) parts.sheet()
      frame.sheet = alive(sheetOf, sheetOf.methods)
    }
    stack.push(frame)
    if (frame.sheet) sheetOf.lifetimes.attached.call(frame.sheet)
    call(frame, 'onLoad', query)
    show(frame)
    call(frame, 'onReady')
    changed()
  }
  const query_ = { select: () => query_, selectAll: () => query_, boundingClientRect: () => query_, exec: () => undefined, in: () => query_ }
  const call = (frame, name, ...given) => frame.page[name] && frame.page[name](...given)
  const show = (frame) => {
    if (frame.sheet) sheetOf.pageLifetimes.show.call(frame.sheet)
    call(frame, 'onShow')
  }
  const close = (frame) => {
    call(frame, 'onUnload')
    if (frame.sheet) sheetOf.lifetimes.detached.call(frame.sheet)
    stack.splice(stack.indexOf(frame), 1)
  }
  const addressOf = (url) => {
    const [path, query = ''] = url.replace(/^\//, '').split('?')
    const pairs = query.split('&').filter(Boolean).map((pair) => pair.split('='))
    return [path, Object.fromEntries(pairs)]
  }
  const go = {
    navigateTo({ url }) {
      call(top(), 'onHide')
      open(...addressOf(url))
    },
    redirectTo({ url }) {
      close(top())
      open(...addressOf(url))
    },
    switchTab({ url }) {
      for (const frame of [...stack].reverse()) close(frame)
      open(...addressOf(url))
    },
    navigateBack() {
      close(top())
      show(top())
    },
  }
  const wx = wxOf({ phone, wire, storage, weChat, network, appid, go, changed })
  const around = {
    App: (own) => void Object.assign(app, own), Page: (own) => void made.set(defining, own), Component: (own) => void (sheetOf = own),
    getApp: () => app, getCurrentPages: () => stack.map((frame) => frame.page),
  }
  return Object.assign(phone, {
    wx,
    /** The session's header, as the app last sent it. */
    token: () => token,
    start() {
      code.run(wx, around.App, around.Page, around.Component, around.getApp, around.getCurrentPages, (all) => void (parts = all))
      parts.app()
      if (app.onLaunch) app.onLaunch({ path: code.first, query: {}, scene: 1001 })
      open(code.first, {})
    },
    /** Wait until the person sees what was meant; false once `ms` are over. */
    until: (seen, ms) => new Promise((resolve) => {
      const end = (there) => {
        watching.delete(look)
        clearTimeout(timer)
        resolve(there)
      }
      const look = () => seen() && end(true)
      const timer = setTimeout(() => end(false), ms)
      watching.add(look)
      look()
    }),
    off() {
      for (const frame of [...stack].reverse()) close(frame)
      wire.close()
    },
  })
}

function wxOf({ phone, wire, storage, weChat, network, appid, go, changed }) {
  const answer = (act) => (o = {}) => {
    const done = (async () => act(o))()
    if (!o.success && !o.fail && !o.complete) return done
    done.then((value) => (o.success && o.success(value), o.complete && o.complete(value)), (failure) => (o.fail && o.fail(failure), o.complete && o.complete(failure)))
  }
  const base = { SDKVersion: '3.8.0', version: '8.0.50', language: 'zh_CN' }
  let listener
  let agreed = false
  const moves = Object.fromEntries(Object.entries(go).map(([name, act]) => [name, answer(act)]))
  return {
    ...moves,
    request(o) {
      phone.requests++
      return wire.request(o)
    },
    login: answer(() => weChat.login()),
    chooseAddress: answer(() => weChat.address()),
    requestPayment: answer(async ({ timeStamp, nonceStr, package: prepay, signType, paySign }) => {
      const said = await weChat.pay({ timeStamp, nonceStr, package: prepay, signType, paySign })
      if (!said.errMsg.endsWith(':ok')) throw { errMsg: said.errMsg }
      phone.payments++
      return said
    }),
    getStorageSync: (key) => structuredClone(storage.get(key) ?? ''),
    setStorageSync: (key, value) => void storage.set(key, structuredClone(value)),
    removeStorageSync: (key) => void storage.delete(key),
    getNetworkType: answer(() => ({ networkType: network })),
    getPrivacySetting: answer(() => ({ needAuthorization: !agreed, privacyContractName: '《用户隐私保护指引》' })),
    onNeedPrivacyAuthorization: (told) => void (listener = told),
    agree: () => void (agreed = true),
    getAppBaseInfo: () => base,
    getDeviceInfo: () => ({ platform: 'android' }),
    getWindowInfo: () => ({ windowWidth: 390, windowHeight: 844 }),
    getAccountInfoSync: () => ({ miniProgram: { appId: appid } }),
    setNavigationBarTitle: () => undefined,
    setTabBarItem: () => undefined,
    showLoading: () => undefined,
    hideLoading: () => undefined,
    showToast({ title }) {
      phone.toasts.push(title)
      changed()
    },
    onNetworkStatusChange: () => undefined,
    onAppShow: () => undefined,
    onAppHide: () => undefined,
    onError: () => undefined,
    onUnhandledRejection: () => undefined,
  }
}
