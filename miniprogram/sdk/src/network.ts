/** How good the network is, and how long that lets a call take. */

import type { NetworkType } from './face'
import { has } from './texts'
import type { Wx } from './wx'

/** Milliseconds for a whole call, by network type; one try gets three tenths. WeChat's own default is a minute for one. */
const PATIENCE: Record<NetworkType, number> = {
  wifi: 20_000, '5g': 20_000, '4g': 25_000, '3g': 40_000, '2g': 60_000, unknown: 30_000, none: 12_000,
}
const TRY_SHARE = 0.3

export interface Network {
  readonly type: NetworkType
  tryMs(): number
  callMs(): number
  /** Told when the network comes back, or the app comes back to the front. */
  onBack(told: () => void): void
}

export function watchNetwork(wx: Wx): Network {
  let type: NetworkType = 'unknown'
  const told: (() => void)[] = []
  const back = (): void => told.forEach((one) => one())
  const learn = (said: string): void => {
    type = has(PATIENCE, said) ? (said as NetworkType) : 'unknown'
  }
  if (wx.getNetworkType) wx.getNetworkType({ success: (answer) => learn(answer.networkType) })
  if (wx.onNetworkStatusChange) {
    wx.onNetworkStatusChange((now) => {
      const was = type
      learn(now.isConnected ? now.networkType : 'none')
      if (was === 'none' && type !== 'none') back()
    })
  }
  if (wx.onAppShow) wx.onAppShow(back)
  return {
    get type() {
      return type
    },
    tryMs: () => PATIENCE[type] * TRY_SHARE,
    callMs: () => PATIENCE[type],
    onBack: (one) => void told.push(one),
  }
}
