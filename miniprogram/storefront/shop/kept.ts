/** What stays on this phone. A full or wiped storage is no reason to stop: then it is simply not there. */

export function kept(key: string): unknown {
  try {
    return wx.getStorageSync(key)
  } catch {
    return ''
  }
}

export function keep(key: string, value: unknown): void {
  try {
    wx.setStorageSync(key, value)
  } catch {
    // shown from memory until the page is left
  }
}

export function drop(key: string): void {
  try {
    wx.removeStorageSync(key)
  } catch {
    keep(key, '')
  }
}
