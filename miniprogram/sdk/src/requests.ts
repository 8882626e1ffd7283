/** One call, from the first try to the last: deadline, retry, key, token, host. */

import { YumenError } from './errors'
import type { Ask, Method, Query, Requests, Scope } from './face'
import type { Engine } from './made'
import { failureOf, valueOf } from './reading'
import { makeReads } from './reads'
import { makeScope } from './scope'
import type { Reply, Sending, Wire } from './transport'

export const TRIES = 4
/** WeChat runs ten at once; two are left for pictures and the app's own. */
const AT_ONCE = 8
const PAUSE_MS = 300
const PAUSE_MAX_MS = 5_000
/** How long another host is kept to after the first one failed. */
const TURNED_MS = 300_000

/** What went over the wire once a call has ended; for measurements. */
export interface Exchange {
  method: Method
  path: string
  status: number
  code: string
  ms: number
  tries: number
  host: number
  profile?: Reply['profile']
}

export interface Sender {
  /** One call with its retries; answers the reply of 2xx or 304. `token`: ask for one when a try begins. */
  send(method: Method, target: string, ask: Ask, headers?: Record<string, string>): Promise<Reply>
  host(): number
}

/** `route`/v1/orders/${id}``: a path whose parts cannot leave their place. */
export function route(texts: TemplateStringsArray, ...parts: (string | number)[]): string {
  return texts.reduce((whole, text, at) => whole + encodeURIComponent(parts[at - 1]) + text)
}

export function targetOf(engine: Engine, path: string, query?: Query): string {
  if (!/^\/(?!\/)[^\s?#\\]*$/.test(path) || /\/(\.|%2e){1,2}(\/|$)/i.test(path)) {
    throw engine.error('refused', 'request.path_unfit')
  }
  const pairs = Object.keys(query || {}).filter((name) => query![name] != null)
    .map((name) => [name, query![name]!].map(encodeURIComponent).join('='))
  return path + (pairs.length ? '?' + pairs.join('&') : '')
}

export function makeSender(engine: Engine): Sender {
  const { host, network, transport } = engine
  const say = engine.text
  let running = 0
  const line: (() => void)[] = []
  let turned = 0
  let turnedAt = 0

  const hostNow = (): number => (turned && host.now() - turnedAt < TURNED_MS && host.now() >= turnedAt ? turned : 0)
  const turn = (from: number): void => {
    if (transport.hosts < 2 || from !== hostNow()) return // another call has turned already
    turned = (from + 1) % transport.hosts
    turnedAt = host.now()
  }
  const seat = (): Promise<void> | void => {
    if (running++ >= AT_ONCE) return new Promise((resolve) => line.push(resolve))
  }
  const leave = (): void => {
    running--
    const next = line.shift()
    if (next) next()
  }

  const once = async (wire: Wire, at: number, scope?: Scope): Promise<Reply> => {
    await seat()
    let off: (() => void) | undefined
    try {
      if (scope && scope.ended) throw { errMsg: 'abort' }
      const sending: Sending = transport.send(wire, at)
      // a write that has left may arrive: it is left to end by itself
      if (scope && wire.method === 'GET') off = scope.onEnd(sending.abort)
      const reply = await sending.reply
      engine.heard(reply)
      return reply
    } finally {
      if (off) off()
      if (wire.method !== 'GET') engine.written()
      leave()
    }
  }

  async function send(method: Method, target: string, ask: Ask, headers: Record<string, string> = {}): Promise<Reply> {
    const write = method !== 'GET'
    const key = ask.key || (write && ask.idempotent !== false ? engine.newKey() : '')
    const tries = write && !key ? 1 : ask.tries || TRIES
    const began = host.now()
    const limit = ask.deadlineMs || network.callMs()
    const left = (): number => Math.min(limit, Math.max(0, began + limit - host.now()))
    let renewed = false
    for (let tried = 1; ; tried++) {
      const at = hostNow()
      const token = await tokenFor(ask)
      const who = engine.session.subject
      let problem: YumenError
      let status = 0
      const note = (code: string, profile?: Reply['profile']): void => engine.noted({
        method, path: target.split('?')[0], status, code, ms: host.now() - began, tries: tried, host: at, profile,
      })
      try {
        const wire = wireOf(engine, method, target, ask, token, key, headers)
        wire.timeoutMs = Math.min(network.tryMs(tried), Math.max(1_000, left()))
        const reply = await once(wire, at, ask.scope)
        status = reply.status
        if (status === 304) return note('', reply.profile), reply
        reply.data = valueOf(reply, ask.answer === 'bytes', say)
        note('', reply.profile)
        return reply
      } catch (thrown) {
        problem = failureOf(thrown, write, say)
      }
      if (token && !renewed && isLapse(problem)) {
        renewed = true
        await engine.session.lapsed(token)
        // what one person began is never done in the name of another
        if (engine.session.subject !== who) throw engine.error('session', 'session.switched')
        tried--
        continue
      }
      const wait = pauseMs(tried, problem, host.random())
      if (!mayPass(problem) || tried >= tries || left() <= wait || network.type === 'none') {
        note(problem.code)
        throw offline(problem)
      }
      if (problem.status !== 429) turn(at)
      await pause(wait, ask.scope)
    }
  }

  /** Nothing came and WeChat says that there is no network: say so instead. */
  const offline = (problem: YumenError): YumenError =>
    problem.kind === 'network' && network.type === 'none'
      ? engine.error('network', 'network.offline', { unsettled: problem.unsettled }) : problem

  const pause = (ms: number, scope?: Scope): Promise<void> => {
    const waited = new Promise<void>((resolve) => host.after(ms, resolve))
    return scope ? left(engine, waited, scope) : waited
  }

  const tokenFor = (ask: Ask): Promise<string> | string =>
    ask.session === 'none' ? ''
      : ask.session === 'if_open' && engine.session.state === 'none' ? '' : engine.session.token()

  return { send, host: hostNow }
}

export function isLapse(problem: YumenError): boolean {
  return problem.status === 401 && (/^auth\./.test(problem.code) || problem.code === 'session.ended')
}

/** May the same call fare better a moment later? */
function mayPass(problem: YumenError): boolean {
  return problem.kind === 'network' || problem.kind === 'server'
}

/** Full jitter over a doubling pause; never sooner than the server asked for. */
export function pauseMs(tried: number, problem: YumenError, chance: number): number {
  return problem.retryAfterMs + chance * Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** (tried - 1))
}

function wireOf(
  engine: Engine, method: Method, target: string, ask: Ask, token: string, key: string, headers: Record<string, string>,
): Wire {
  const sent: Record<string, string> = { 'Accept-Language': engine.language, ...headers }
  if (token) sent.Authorization = 'Bearer ' + token
  if (key) sent['Idempotency-Key'] = key
  const bytes = ask.body instanceof ArrayBuffer
  if (ask.body !== undefined) sent['Content-Type'] = ask.type || (bytes ? 'image/jpeg' : 'application/json')
  // `wx.request` knows no PATCH; the backend takes a POST for one
  if (method === 'PATCH') sent['X-HTTP-Method-Override'] = method
  return {
    method: method === 'PATCH' ? 'POST' : method,
    target,
    headers: sent,
    body: ask.body === undefined ? undefined : bytes ? (ask.body as ArrayBuffer) : JSON.stringify(ask.body),
    timeoutMs: 0,
    bytes: ask.answer === 'bytes',
  }
}

export function makeRequests(engine: Engine): Requests {
  const reads = makeReads(engine)
  const call = async <T>(method: Method, path: string, ask: Ask = {}): Promise<T> => {
    const target = targetOf(engine, path, ask.query)
    if (ask.scope && ask.scope.ended) throw engine.error('gone', 'request.gone')
    if (method === 'GET') return (await reads(target, ask)) as T
    const sent = engine.sender.send(method, target, ask).then((reply) => reply.data as T)
    return ask.scope ? left(engine, sent, ask.scope) : sent
  }
  return {
    call,
    get: (path, ask) => call('GET', path, ask),
    post: (path, body, ask) => call('POST', path, { ...ask, body }),
    put: (path, body, ask) => call('PUT', path, { ...ask, body }),
    patch: (path, body, ask) => call('PATCH', path, { ...ask, body }),
    delete: (path, ask) => call('DELETE', path, ask),
    scope: makeScope,
    get network() {
      return engine.network.type
    },
  }
}

/** Wait for it only as long as the scope lasts. */
export function left<T>(engine: Engine, answer: Promise<T>, scope: Scope): Promise<T> {
  return new Promise((resolve, reject) => {
    const off = scope.onEnd(() => reject(engine.error('gone', 'request.gone')))
    answer.then((value) => (off(), resolve(value)), (problem) => (off(), reject(problem)))
  })
}
