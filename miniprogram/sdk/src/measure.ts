/**
 * What the device feels: start-up, pages, calls, errors, conversions. No person, no id, no text; sampled by visit,
 * batched, bounded, sent when idle or hidden.
 */

import type { Measure, Options, Yumen } from './face'
import type { Engine } from './made'
import type { Exchange } from './requests'
import type { WxEntry } from './wx'

/** One measurement as the server takes it (`POST /v1/beacons`). */
export interface Beacon {
  kind: 'start' | 'page' | 'call' | 'error' | 'step' | 'time'
  name: string
  /** Milliseconds for `start`, `page`, `call`, `time`; a number of the app's own for `step`. */
  value?: number
  /** Milliseconds since the visit began. */
  at_ms: number
  network: string
  status?: number
  tries?: number
  code?: string
  /** Parts of a call by WeChat's own clock, in milliseconds: name lookup, connecting, TLS, waiting, reading. */
  parts?: Partial<Record<'dns' | 'connect' | 'tls' | 'wait' | 'read', number>>
}

const DEFAULT_SHARE = 0.1
const BUFFER_MAX = 60
const BATCH_MAX = 30
const IDLE_MS = 4_000
const NAME = /^[A-Za-z0-9._:/-]{1,64}$/
const MS_MAX = 600_000
/** A page's path is a place in the app; what follows a `?` may be about a person. */
const RENDERED = ['appLaunch', 'route', 'firstRender', 'firstContentfulPaint', 'largestContentfulPaint', 'downloadPackage', 'evaluateScript']

/** `yumen.measure`. Whether this visit reports is drawn once, here. */
export function makeMeasure(engine: Engine, options: Options, parts: Pick<Yumen, 'privacy' | 'consents'>): Measure {
  const { host, wx } = engine
  const wish = options.measure
  const chosen = wish !== false && host.random() < ((wish && wish.share) ?? DEFAULT_SHARE)
  const purpose = wish ? wish.purpose : undefined
  const began = host.now()
  let visit = ''
  let buffer: Beacon[] = []
  let dropped = 0
  let timer: unknown
  let sending = false
  let watching = false

  const allowed = (): boolean =>
    chosen && parts.privacy.state === 'agreed' && (!purpose || parts.consents.given(purpose))
  const add = (one: Omit<Beacon, 'at_ms' | 'network'>): void => {
    if (!allowed() || !NAME.test(one.name)) return
    const at = Math.min(86_400_000, Math.max(0, host.now() - began))
    buffer.push({ ...one, at_ms: Math.round(at), network: engine.network.type })
    if (buffer.length > BUFFER_MAX) dropped += buffer.splice(0, buffer.length - BUFFER_MAX).length
    if (!timer) timer = host.after(IDLE_MS, () => void flush())
  }

  async function flush(): Promise<void> {
    host.cancel(timer)
    timer = undefined
    if (!allowed()) buffer = [] // taken back meanwhile: nothing gathered before is sent
    if (sending || !buffer.length) return
    sending = true
    const beacons = buffer.splice(0, BATCH_MAX)
    const lost = dropped
    visit = visit || randomHex(host.random)
    const { base } = engine
    const body = {
      app: engine.appid, visit, library: short(base.SDKVersion), platform: short(base.platform), dropped: lost, beacons,
    }
    try {
      await engine.sender.send('POST', '/v1/beacons', { body, session: 'none', idempotent: false })
      dropped -= lost
    } catch {
      dropped += beacons.length // a measurement is never worth a retry
    }
    sending = false
    if (buffer.length && !timer) timer = host.after(IDLE_MS, () => void flush())
  }

  engine.noted = (call: Exchange) => {
    if (call.path === '/v1/beacons') return
    add({
      kind: 'call', name: call.method + ':' + placeOf(call.path), value: bounded(call.ms), status: call.status,
      tries: call.tries, ...(call.code ? { code: call.code } : {}), ...partsOf(call.profile),
    })
  }
  if (chosen) {
    if (wx.onAppHide) wx.onAppHide(() => void flush())
    if (wx.onError) wx.onError(() => add({ kind: 'error', name: 'script' }))
    if (wx.onUnhandledRejection) {
      wx.onUnhandledRejection(({ reason }) => add({ kind: 'error', name: 'rejection', ...codeOf(reason) }))
    }
    parts.privacy.on((state) => {
      if (state === 'agreed') watch()
    })
    if (parts.privacy.state === 'agreed') watch()
  }

  function watch(): void {
    if (watching || !wx.getPerformance) return
    watching = true
    try {
      wx.getPerformance().createObserver((list) => list.getEntries().forEach(seen))
        .observe({ entryTypes: ['navigation', 'render', 'script', 'loadPackage'] })
    } catch {
      watching = true // this base library has no such timings: the visit is measured without them
    }
  }
  const seen = (entry: WxEntry): void => {
    if (RENDERED.indexOf(entry.name) < 0 || !(entry.duration! >= 0)) return
    const place = String(entry.path || '').split('?')[0].slice(0, 40)
    add({ kind: entry.name === 'appLaunch' ? 'start' : 'page', name: entry.name + (place ? ':' + place : ''), value: bounded(entry.duration!) })
  }

  return {
    get on() {
      return allowed()
    },
    count: (name, value = 1) => add({ kind: 'step', name, value }),
    time: (name, ms) => add({ kind: 'time', name, value: bounded(ms) }),
    error: (code, at) => add({ kind: 'error', name: code, ...(at ? { code: at } : {}) }),
    page: (path) => add({ kind: 'page', name: 'show:' + path.split('?')[0] }),
    flush,
  }
}

const bounded = (ms: number): number => Math.round(Math.min(MS_MAX, Math.max(0, ms)))
const short = (text: string | undefined): string => (/^[\w.]{1,20}$/.test(text || '') ? text! : '')

function randomHex(random: () => number): string {
  let text = ''
  while (text.length < 16) text += Math.floor(random() * 16).toString(16)
  return text
}

/** `/v1/orders/ord_01…/payment` → `/v1/orders/:id/payment`: what could name somebody or something is left out. */
export function placeOf(path: string): string {
  return path.split('/').map((part) => (/^([a-z]{1,20}(-[a-z]{1,20})?|v\d)?$/.test(part) ? part : ':id')).join('/').slice(0, 56)
}

function codeOf(reason: unknown): { code?: string } {
  const code = (reason as { code?: unknown } | null)?.code
  return typeof code === 'string' && NAME.test(code) ? { code } : {}
}

function partsOf(profile: Exchange['profile']): Pick<Beacon, 'parts'> {
  if (!profile) return {}
  const part = (from: string, to: string): number | undefined => {
    const ms = Number(profile[to]) - Number(profile[from])
    return ms >= 0 && ms <= MS_MAX ? Math.round(ms) : undefined
  }
  const parts = {
    dns: part('domainLookUpStart', 'domainLookUpEnd'),
    connect: part('connectStart', 'connectEnd'),
    tls: part('SSLconnectionStart', 'SSLconnectionEnd'),
    wait: part('requestEnd', 'responseStart'),
    read: part('responseStart', 'responseEnd'),
  }
  const known = Object.keys(parts).filter((name) => parts[name as keyof typeof parts] !== undefined)
  return known.length ? { parts: parts as Beacon['parts'] } : {}
}
