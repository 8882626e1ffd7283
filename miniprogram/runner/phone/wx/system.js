/** What the phone says about itself, and what it tells when something about it changes. */

import { api } from './api.js'

/** WeChat of this phone, as it says it itself. */
const WECHAT_VERSION = '8.0.50'

export function makeSystem({ pages, device }) {
  const told = { AppShow: [], AppHide: [], Error: [], UnhandledRejection: [], ThemeChange: [], PageNotFound: [] }
  const base = () => ({
    SDKVersion: device.get('library'), version: WECHAT_VERSION, language: device.get('language'), theme: device.get('theme'),
    fontSizeSetting: Number(device.get('text')),
  })
  const hardware = () => ({ platform: 'devtools', brand: 'simulator', model: 'Chromium', system: 'simulator' })
  const room = () => ({
    windowWidth: innerWidth, windowHeight: innerHeight, screenWidth: innerWidth, screenHeight: innerHeight, statusBarHeight: 0,
    pixelRatio: devicePixelRatio, safeArea: { left: 0, top: 0, right: innerWidth, bottom: innerHeight, width: innerWidth, height: innerHeight },
  })
  device.on((name) => {
    if (name === 'theme') told.ThemeChange.forEach((one) => one({ theme: device.get('theme') }))
  })
  addEventListener('visibilitychange', () => told[document.hidden ? 'AppHide' : 'AppShow'].forEach((one) => one({})))
  const listeners = Object.fromEntries(Object.keys(told).flatMap((name) => [
    ['on' + name, (one) => void told[name].push(one)],
    ['off' + name, (one) => void (told[name] = told[name].filter((other) => one && other !== one))],
  ]))
  return {
    ...listeners,
    env: { USER_DATA_PATH: 'wxfile://usr' },
    getAppBaseInfo: base,
    getDeviceInfo: hardware,
    getWindowInfo: room,
    getSystemInfoSync: () => ({ ...base(), ...hardware(), ...room() }),
    getAccountInfoSync: () => ({ miniProgram: { appId: document.body.dataset.appid, envVersion: 'develop', version: '' } }),
    getLaunchOptionsSync: () => pages.launched,
    getEnterOptionsSync: () => pages.launched,
    canIUse: () => true,
    nextTick: (act) => void Promise.resolve().then(act),
    getUpdateManager: () => ({ onCheckForUpdate() {}, onUpdateReady() {}, onUpdateFailed() {}, applyUpdate() {} }),
    makePhoneCall: api('makePhoneCall', () => undefined),
    vibrateShort: api('vibrateShort', () => undefined),
  }
}
