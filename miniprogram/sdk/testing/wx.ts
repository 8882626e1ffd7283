/** A phone for tests: the part of `wx` that the SDK uses, with every way in which it may fail. */

import type { NetworkType } from '../src/face'
import type { Callbacks, Failure, PrivacyResolve, Wx, WxAnswer, WxRequest, WxTask } from '../src/wx'
import { fakeHost } from './clock'
import type { FakeHost } from './clock'

/**
 * What happens to one exchange on its way. `lost`: it never arrives; `reply_lost`: it is done, and nobody hears;
 * `stallMs`: it arrives so much later; `lateMs`: it is done in time, and its answer comes so much later.
 */
export type Fault = 'lost' | 'reply_lost' | 'reset' | 'html' | '502' | '429' | 'interrupted' | { stallMs: number } | { lateMs: number }

export interface Seen {
  method: string
  path: string
  query: Record<string, string>
  headers: Record<string, string>
  body: any
  url: string
}

export type Answer = { status: number; body?: unknown; headers?: Record<string, string> }

export interface FakeWxOptions {
  backend: (request: Seen) => Answer | Promise<Answer>
  host?: FakeHost
  network?: NetworkType
  /** Milliseconds from phone to server and back (120). */
  roundTripMs?: number
  fault?: (request: Seen, count: number) => Fault | undefined
  language?: 'zh_CN' | 'en'
  library?: string
  /** Names of `wx` that this base library has not. */
  missing?: (keyof Wx)[]
  /** Has the person agreed to the privacy guide before? */
  agreed?: boolean
}

export interface FakeWx {
  wx: Wx
  host: FakeHost
  seen: Seen[]
  aborted: Seen[]
  storage: Map<string, unknown>
  /** Codes handed out by `wx.login`, in order. */
  codes: string[]
  phone: Phone
}

/** The person's hand and the world around the phone. */
export interface Phone {
  storageFull: boolean
  login: 'ok' | 'fail' | 'hang'
  /** What the cashier does; `hang` never calls back, as when the app is killed. */
  cashier: (parameters: Record<string, unknown>) => 'paid' | 'cancel' | 'fail' | 'hang'
  address: Record<string, string> | null
  subscribe: Record<string, string> | Failure
  agreedToPrivacy: boolean
  /** Questions of WeChat's gate that are not resolved yet. */
  privacyOpen: number
  file: ArrayBuffer | null
  setNetwork(type: NetworkType): void
  hide(): void
  show(): void
  wipe(): void
  /** A call that WeChat guards; resolves with `agree` or `disagree`. */
  guarded(referrer: string): Promise<string>
}

export function fakeWx(options: FakeWxOptions): FakeWx {
  const host = options.host || fakeHost()
  const seen: Seen[] = []
  const aborted: Seen[] = []
  const storage = new Map<string, unknown>()
  const codes: string[] = []
  const told = { network: [] as any[], show: [] as any[], hide: [] as any[] }
  let network: NetworkType = options.network || 'wifi'
  let ask: ((resolve: PrivacyResolve, event: { referrer: string }) => void) | undefined
  const soon = (act: () => void, ms = 0): unknown => host.after(ms, act)

  const phone: Phone = {
    storageFull: false, login: 'ok', cashier: () => 'paid', address: null, subscribe: {}, privacyOpen: 0, file: null,
    agreedToPrivacy: options.agreed !== false,
    setNetwork(type) {
      network = type
      told.network.forEach((one) => one({ isConnected: type !== 'none', networkType: type }))
    },
    hide: () => told.hide.forEach((one) => one()),
    show: () => told.show.forEach((one) => one()),
    wipe: () => storage.clear(),
    guarded: (referrer) => new Promise((resolve) => {
      if (phone.agreedToPrivacy) return resolve('agree')
      if (!ask) return resolve('dialog of WeChat')
      phone.privacyOpen++
      ask((answer) => {
        if (answer.event === 'exposureAuthorization') return
        phone.privacyOpen--
        if (answer.event === 'agree') phone.agreedToPrivacy = true
        resolve(answer.event)
      }, { referrer })
    }),
  }

  const request = (o: WxRequest): WxTask => {
    const one = seenOf(o)
    seen.push(one)
    let over = false
    const limit = soon(() => fail('request:fail timeout', 5), o.timeout)
    const end = (act: () => void): void => {
      if (over) return
      over = true
      host.cancel(limit)
      act()
    }
    const fail = (errMsg: string, errno?: number): void => end(() => o.fail && o.fail({ errMsg, errno }))
    void travel(one, o, seen.length, (answer) => end(() => o.success && o.success(answer)), fail)
    return { abort: () => (aborted.push(one), fail('request:fail abort')) }
  }

  async function travel(
    one: Seen, o: WxRequest, count: number, done: (a: WxAnswer) => void, fail: (said: string, errno?: number) => void,
  ): Promise<void> {
    const half = (options.roundTripMs ?? 120) / 2
    const fault = options.fault && options.fault(one, count)
    if (network === 'none') return void soon(() => fail('request:fail net::ERR_INTERNET_DISCONNECTED', 600001), 5)
    if (fault === 'reset') return void soon(() => fail('request:fail net::ERR_CONNECTION_RESET', 600001), half)
    if (fault === 'interrupted') return void soon(() => fail('request:fail interrupted', 600003), half)
    if (fault === 'lost') return
    const stall = fault && typeof fault === 'object' && 'stallMs' in fault ? fault.stallMs : 0
    const late = fault && typeof fault === 'object' && 'lateMs' in fault ? fault.lateMs : 0
    soon(async () => {
      const answer = fault === 'html' ? { status: 200, body: '<!doctype html><title>welcome</title>' }
        : fault === '502' ? { status: 502, body: '<h1>502 Bad Gateway</h1>' }
          : fault === '429' ? { status: 429, body: { code: 'rate.exceeded', title: 'Slower', status: 429, retry_after_s: 1 } }
            : await options.backend(one)
      if (fault === 'reply_lost') return
      const body = answer.body
      soon(() => done({
        statusCode: answer.status,
        header: answer.headers || {},
        data: body === undefined ? '' : typeof body === 'string' || body instanceof ArrayBuffer ? body : JSON.stringify(body),
      }), half + late)
    }, half + stall)
  }

  const wx = {
    request,
    uploadFile: (o: any): WxTask => carried(o, 'POST', (a) => ({ statusCode: a.statusCode, data: a.data })),
    downloadFile: (o: any): WxTask => carried(o, 'GET', (a) => ({ statusCode: a.statusCode, tempFilePath: 'wxfile://tmp_1' })),
    login(o: Callbacks<{ code: string }>) {
      if (phone.login === 'hang') return
      soon(() => {
        if (phone.login === 'fail') return o.fail && o.fail({ errMsg: 'login:fail' })
        codes.push('code-' + (codes.length + 1))
        if (o.success) o.success({ code: codes[codes.length - 1] })
      }, 20)
    },
    getStorageSync: (key: string) => structured(storage.get(key) ?? ''),
    setStorageSync(key: string, value: unknown) {
      if (phone.storageFull) throw new Error('setStorageSync:fail exceed storage max size 10MB')
      storage.set(key, structured(value))
    },
    removeStorageSync: (key: string) => void storage.delete(key),
    getNetworkType: (o: Callbacks<{ networkType: string }>) => o.success && o.success({ networkType: network }),
    onNetworkStatusChange: (one: any) => void told.network.push(one),
    onAppShow: (one: any) => void told.show.push(one),
    onAppHide: (one: any) => void told.hide.push(one),
    onError: () => undefined,
    getAppBaseInfo: () => ({ SDKVersion: options.library || '3.8.0', language: options.language || 'zh_CN', version: '8.0.50' }),
    getDeviceInfo: () => ({ platform: 'ios' }),
    getPrivacySetting: (o: Callbacks<any>) => o.success && o.success({
      needAuthorization: !phone.agreedToPrivacy, privacyContractName: '《用户隐私保护指引》',
    }),
    onNeedPrivacyAuthorization: (one: any) => void (ask = one),
    openPrivacyContract: (o: Callbacks<unknown>) => o.success && o.success({}),
    chooseAddress: (o: Callbacks<any>) => soon(() => phone.address
      ? o.success && o.success(phone.address) : o.fail && o.fail({ errMsg: 'chooseAddress:fail cancel' })),
    getFileSystemManager: () => ({
      readFile: (o: Callbacks<any>) => soon(() => phone.file
        ? o.success && o.success({ data: phone.file }) : o.fail && o.fail({ errMsg: 'readFile:fail no such file' })),
    }),
    requestPayment(o: Callbacks<unknown> & Record<string, unknown>) {
      const what = phone.cashier(o)
      if (what === 'hang') return
      soon(() => {
        if (what === 'paid') return o.success && o.success({ errMsg: 'requestPayment:ok' })
        if (o.fail) o.fail({ errMsg: what === 'cancel' ? 'requestPayment:fail cancel' : 'requestPayment:fail system error' })
      }, 1_000)
    },
    requestSubscribeMessage: (o: Callbacks<any>) => soon(() => 'errMsg' in phone.subscribe
      ? o.fail && o.fail(phone.subscribe as Failure) : o.success && o.success(phone.subscribe)),
  } as unknown as Wx
  for (const name of options.missing || []) delete wx[name]

  function carried(o: any, method: string, turn: (a: any) => unknown): WxTask {
    const task = request({ ...o, method, data: method === 'POST' ? JSON.stringify({ file: o.filePath }) : undefined,
      success: (a: WxAnswer) => o.success(turn(a)) })
    return { ...task, onProgressUpdate: (one) => void soon(() => one({ totalBytesSent: 5, totalBytesExpectedToSend: 10 })) }
  }
  return { wx, host, seen, aborted, storage, codes, phone }
}

/** As WeChat's two threads hand values over: a copy. */
function structured<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value))
}

function seenOf(o: WxRequest): Seen {
  const [, path, query] = /^https?:\/\/[^/]+([^?]*)\??(.*)$/.exec(o.url) || ['', o.url, '']
  const headers: Record<string, string> = {}
  for (const name of Object.keys(o.header || {})) headers[name.toLowerCase()] = o.header[name]
  const pairs: Record<string, string> = {}
  for (const pair of query.split('&').filter(Boolean)) {
    const [name, value] = pair.split('=')
    pairs[decodeURIComponent(name)] = decodeURIComponent(value || '')
  }
  const body = typeof o.data === 'string' ? JSON.parse(o.data) : o.data
  return { method: o.method, path, query: pairs, headers, body, url: o.url }
}
