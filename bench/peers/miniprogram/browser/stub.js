/** The `wx` that the SDK feels for when it starts; each answers at once. */
(() => {
  const kept = new Map()
  window.wx = {
    request: () => ({ abort() {} }), login() {}, getStorageSync: (key) => kept.get(key) || '', removeStorageSync: (key) => kept.delete(key),
    setStorageSync: (key, value) => kept.set(key, value), getNetworkType: ({ success }) => success({ networkType: '3g' }), onNetworkStatusChange() {},
    onAppShow() {}, onAppHide() {}, onError() {}, onUnhandledRejection() {}, onNeedPrivacyAuthorization() {},
    getAppBaseInfo: () => ({ SDKVersion: '3.8.0', version: '8.0.50', language: 'zh_CN' }), getDeviceInfo: () => ({ platform: 'android' }),
  }
})()
