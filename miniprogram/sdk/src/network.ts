/** How good the network is, and how long that lets a call take. */

import type { NetworkType } from './face'
import type { Wx } from './wx'

/** Milliseconds for one try and for the whole call, by network type. WeChat's own default is a minute for one try. */
const PATIENCE: Record<NetworkType, readonly [tryMs: number, callMs: number]> = {
  wifi: [6_000, 20_000],
  '5g': [6_000, 20_000],
  '4g': [7_000, 25_000],
  '3g': [10_000, 40_000],
  '2g': [18_000, 60_000],
  unknown: [10_000, 30_000],
  none: [6_000, 12_000],
}

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
    type = (PATIENCE as Record<string, unknown>)[said] && said in PATIENCE ? (said as NetworkType) : 'unknown'
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
    tryMs: () => PATIENCE[type][0],
    callMs: () => PATIENCE[type][1],
    onBack: (one) => void told.push(one),
  }
}
