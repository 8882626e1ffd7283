/** `wx` storage over the browser's, apart from what the phone itself keeps there. */

import { api } from './api.js'

const APP = 'app.'

export function makeStorage() {
  const get = (key) => {
    const kept = localStorage.getItem(APP + key)
    return kept === null ? '' : JSON.parse(kept)
  }
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(APP)).map((key) => key.slice(APP.length))
  const remove = (key) => localStorage.removeItem(APP + key)
  const set = (key, value) => localStorage.setItem(APP + key, JSON.stringify(value ?? ''))
  return {
    getStorageSync: get,
    setStorageSync: set,
    removeStorageSync: remove,
    clearStorageSync: () => keys().forEach(remove),
    getStorageInfoSync: () => ({ keys: keys(), currentSize: 1, limitSize: 10240 }),
    getStorage: api('getStorage', ({ key }) => {
      if (!keys().includes(key)) throw { errMsg: 'fail data not found' }
      return { data: get(key) }
    }),
    setStorage: api('setStorage', ({ key, data }) => set(key, data)),
    removeStorage: api('removeStorage', ({ key }) => remove(key)),
  }
}
