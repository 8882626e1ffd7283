/** How good the network is, and how long that lets a call take. */

import type { NetworkType } from './face'
import { has } from './texts'
import type { Wx } from './wx'

/** Milliseconds for a whole call, by network type. WeChat's own default is a minute for one try. */
const PATIENCE: Record<NetworkType, number> = {
  wifi: 20_000, '5g': 20_000, '4g': 25_000, '3g': 40_000, '2g': 60_000, unknown: 30_000, none: 12_000,
}
/**
 * Of that the first try gets so much, each further one twice what the one before had: what is lost is noticed soon (on
 * a link that loses a tenth, one of a hundred answers takes longer than 4 s), what is slow still arrives.
 */
const FIRST_TRY_SHARE = 0.12

export interface Network {
  readonly type: NetworkType
  /** For the first, second, … try. */
  tryMs(tried: number): number
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
    tryMs: (tried) => PATIENCE[type] * FIRST_TRY_SHARE * 2 ** (tried - 1),
    callMs: () => PATIENCE[type],
    onBack: (one) => void told.push(one),
  }
}
