/** Puts the core together and holds what its parts share. */

import { YumenError } from './errors'
import type { ErrorFacts, ErrorKind } from './errors'
import type { Core, Host, Language, Options } from './face'
import { watchNetwork } from './network'
import type { Network } from './network'
import { makeRequests, makeSender } from './requests'
import type { Exchange, Sender } from './requests'
import { makeSession } from './session'
import type { SessionCore } from './session'
import { makeStore } from './store'
import type { Store } from './store'
import { CORE_TEXTS, textOf } from './texts'
import type { Texts } from './texts'
import { makeTransport } from './transport'
import type { Reply, Transport } from './transport'
import type { Wx } from './wx'

declare const wx: Wx
declare function setTimeout(act: () => void, ms: number): unknown
declare function clearTimeout(timer: unknown): void

/** Where reads are kept beyond the visit. */
export interface Shelf {
  get(name: string): unknown
  put(name: string, value: unknown): void
  clear(): void
}

/** The core as its parts see it. */
export interface Engine extends Core {
  readonly wx: Wx
  readonly host: Host
  readonly store: Store
  readonly network: Network
  readonly transport: Transport
  readonly sender: Sender
  readonly session: SessionCore
  /** May something personal be done? Without the privacy part: yes. */
  gate: (reason: string) => Promise<boolean>
  /** Reads that outlive the app; without one memory alone serves. */
  shelf?: Shelf
  /** Told of every call that ended. */
  noted: (exchange: Exchange) => void
  /** A write has ended: what was asked before it is no answer to who asks after it. */
  written: () => void
  /** Milliseconds by the server's clock, as far as it was heard. */
  serverNow(): number
  heard(reply: Reply): void
  newKey(): string
  error(kind: ErrorKind, code: string, facts?: ErrorFacts): YumenError
  /** Platform and WeChat's version as a class, or nothing. */
  device(): { platform: string; wechat: string } | undefined
  /** What WeChat says about itself. */
  readonly base: Base
  /** Add texts of a part, asked for when one of them is needed. */
  speak(more: () => Texts): void
}

/** Session and requests: the part every other one is handed. Reads `wx` and the clock off `options`, else the real ones. */
export function createCore(options: Options): Engine {
  const own: Wx = options.wx || wx
  const host: Host = {
    now: Date.now,
    after: (ms, act) => setTimeout(act, ms),
    cancel: (timer) => clearTimeout(timer),
    random: Math.random,
    ...options.host,
  }
  const tables = [() => CORE_TEXTS]
  let language = options.language
  let skewMs: number | undefined

  const engine = later({
    appid: options.appid,
    wx: own,
    host,
    network: watchNetwork(own),
    store: makeStore(own, options.prefix || 'yumen.'),
    transport: makeTransport(options.road, own, host),
    gate: async () => true,
    noted: () => undefined,
    written: () => undefined,
    get language() {
      return language || (/^zh/i.test(engine.base.language || 'zh') ? 'zh' : 'en')
    },
    setLanguage: (chosen: Language) => void (language = chosen),
    text: (code: string, facts?: Record<string, string | number>) => textOf(tables, engine.language, code, facts),
    speak: (more: () => Texts) => void tables.push(more),
    serverNow: () => host.now() + (skewMs = skewMs ?? (Number(engine.store.get('skew')) || 0)),
    heard(reply: Reply) {
      const told = Date.parse(reply.headers.date)
      if (Math.abs(told - engine.serverNow()) > 2_000) engine.store.set('skew', (skewMs = told - host.now()))
    },
    newKey() {
      const part = (): string => host.random().toString(36).slice(2, 13)
      return 'k' + host.now().toString(36) + part() + part()
    },
    error: (kind: ErrorKind, code: string, facts?: ErrorFacts) => new YumenError(kind, code, engine.text(code), facts),
    device: () => deviceOf(engine.base),
  }, {
    base: () => baseOf(own),
    sender: () => makeSender(engine),
    session: () => makeSession(engine),
    api: () => makeRequests(engine),
  }) as Engine
  return engine
}

/** Parts that are made when they are first asked for: what a visit does not need costs it nothing as it starts. */
export function later(onto: object, makers: Record<string, () => unknown>): unknown {
  for (const name in makers) {
    let part: unknown
    Object.defineProperty(onto, name, { configurable: true, get: () => (part = part || makers[name]()) })
  }
  return onto
}

type Base = { language?: string; version?: string; platform?: string; SDKVersion?: string }

/** What WeChat says about itself, by whichever function this base library has. */
function baseOf(wx: Wx): Base {
  try {
    if (wx.getAppBaseInfo) return { ...wx.getAppBaseInfo(), ...(wx.getDeviceInfo ? wx.getDeviceInfo() : {}) }
    return wx.getSystemInfoSync ? wx.getSystemInfoSync() : {}
  } catch {
    return {}
  }
}

function deviceOf(base: Base): { platform: string; wechat: string } | undefined {
  const platform = String(base.platform).replace('ohos', 'harmony')
  const version = /^\d{1,2}\.\d{1,2}(\.\d{1,4})?/.exec(String(base.version))
  return version && /^(ios|android|harmony|windows|mac|devtools)$/.test(platform) ? { platform, wechat: version[0] } : undefined
}
