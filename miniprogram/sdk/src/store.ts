/** What is kept on the phone: readable again at once, whatever becomes of WeChat's storage. */

import type { Wx } from './wx'

/** Storage may be full, wiped or missing: then memory carries the visit. */
export interface Store {
  /** From memory, else from the phone. Shapes are the reader's to check: anybody may have written there. */
  get(key: string): unknown
  /** From the phone, for what another copy of the SDK may have changed; memory where the phone has none. */
  fresh(key: string): unknown
  /** True when the phone kept it. */
  set(key: string, value: unknown): boolean
  remove(key: string): void
}

/** Keys that begin so are given up first when the storage is full. */
export const CACHE = 'cache'
/** Where writes wait that could not be sent yet. */
export const QUEUE = 'queue'

export function makeStore(wx: Wx, prefix: string): Store {
  const memory = new Map<string, unknown>()
  const read = (key: string): unknown => {
    try {
      const kept = wx.getStorageSync && wx.getStorageSync(prefix + key)
      return kept === '' || kept === null ? undefined : kept
    } catch {
      return undefined
    }
  }
  const write = (key: string, value: unknown): boolean => {
    try {
      if (!wx.setStorageSync) return false
      wx.setStorageSync(prefix + key, value)
      return true
    } catch {
      return false
    }
  }
  const drop = (key: string): void => {
    memory.delete(key)
    try {
      if (wx.removeStorageSync) wx.removeStorageSync(prefix + key)
    } catch {
      // nothing is left to do about it: what cannot be removed is overwritten at the next login
    }
  }
  const store: Store = {
    get: (key) => (memory.has(key) ? memory.get(key) : store.fresh(key)),
    fresh(key) {
      const kept = read(key)
      if (kept !== undefined) memory.set(key, kept)
      return memory.get(key)
    },
    set(key, value) {
      if (write(key, value)) return memory.set(key, value), true
      if (key !== CACHE) drop(CACHE)
      const kept = key !== CACHE && write(key, value)
      if (!kept) drop(key) // what lay there before is no longer true
      memory.set(key, value)
      return kept
    },
    remove: drop,
  }
  return store
}
