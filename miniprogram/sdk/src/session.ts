/** Who is logged in: one login at a time, renewed in silence, found again after every way of losing it. */

import type { LoginView } from './api'
import { YumenError } from './errors'
import type { Session, SessionEvent } from './face'
import type { Engine } from './made'

/** What is kept of a session; its times are by the server's clock. */
interface Kept {
  token: string
  subject: string
  gotMs: number
  endsMs: number
}

/** What requests need besides what apps see. */
export interface SessionCore extends Session {
  /** The server refused this token: find another, or log in. */
  lapsed(token: string): Promise<void>
}

const KEY = 'session'
/** Set while the person has logged out: nothing but `open` logs in again. */
const OUT = 'out'
const LOGIN_MS = 10_000
/** Codes by which the server says that a login code was spent: only a new one helps. */
const SPENT = ['wechat.code_invalid', 'wechat.code_used', 'login.repeated']
/** A refused login is not asked again at once: WeChat counts calls of `wx.login`. */
const COOL_MS = 5_000
const RENEW_AGAIN_MS = 60_000

export function makeSession(engine: Engine): SessionCore {
  const { host, store, wx } = engine
  const listeners = new Set<(event: SessionEvent) => void>()
  let kept = readKept(store.get(KEY))
  let opening: Promise<{ subject: string; enrolled: boolean }> | undefined
  let renewing: Promise<void> | undefined
  let renewNotBefore = 0
  let refused: { problem: YumenError; at: number } | undefined
  /** Grows with every logout: a login that was on its way then opens nothing. */
  let era = 0
  /** The token of the last logout: what it still had on its way must not log in again. */
  let closed = ''

  const tell = (event: SessionEvent): void => listeners.forEach((one) => one(event))
  const settle = (view: { token: string; expires_at: string; subject: string }): void => {
    kept = { token: view.token, subject: view.subject, gotMs: engine.serverNow(), endsMs: Date.parse(view.expires_at) || 0 }
    store.set(KEY, kept)
  }

  async function login(): Promise<{ subject: string; enrolled: boolean }> {
    const mine = era
    if (!(await engine.gate('login'))) throw engine.error('privacy', 'privacy.refused')
    for (let again = false; ; again = true) {
      const code = await newCode()
      let view: LoginView
      try {
        // tried again, a code always goes with the same key: the server knows the repeat, and opens one session
        const body = { app: engine.appid, code, device: engine.device() }
        view = (await engine.sender.send('POST', '/v1/login', { body, session: 'none' })).data as LoginView
      } catch (problem) {
        if (!again && problem instanceof YumenError && SPENT.indexOf(problem.code) >= 0) continue
        throw problem
      }
      if (!view || typeof view.token !== 'string' || !view.token) throw engine.error('server', 'server.unreadable')
      if (mine !== era) throw engine.error('gone', 'session.closed')
      const before = store.get('person')
      settle(view)
      store.set('person', view.subject)
      if (typeof before === 'string' && before && before !== view.subject) tell('switched')
      tell('opened')
      return { subject: view.subject, enrolled: !!view.enrolled }
    }
  }

  function newCode(): Promise<string> {
    return new Promise((resolve, reject) => {
      const fail = (): void => {
        host.cancel(timer)
        reject(engine.error('session', 'session.login_failed'))
      }
      const timer = host.after(LOGIN_MS, fail)
      const success = ({ code }: { code: string }): void => {
        if (!code) return fail()
        host.cancel(timer)
        resolve(code)
      }
      wx.login({ success, fail, timeout: LOGIN_MS })
    })
  }

  function open(): Promise<{ subject: string; enrolled: boolean }> {
    store.remove(OUT)
    if (kept) return Promise.resolve({ subject: kept.subject, enrolled: false })
    if (opening) return opening
    const since = refused ? host.now() - refused.at : 0
    if (refused && since >= 0 && since < COOL_MS) return Promise.reject(refused.problem)
    refused = undefined
    const began = login()
    opening = began
    const over = (): void => {
      if (opening === began) opening = undefined
    }
    began.then(over, (problem: YumenError) => {
      over()
      if (problem.kind === 'refused') refused = { problem, at: host.now() }
    })
    return began
  }

  /** Exchange the token for a fresh one; whatever fails leaves the old one, which the server still decides about. */
  function renew(old: Kept): Promise<void> {
    const headers = { Authorization: 'Bearer ' + old.token }
    const began = engine.sender.send('POST', '/v1/session/rotate', { session: 'none', tries: 3 }, headers).then(
      (reply) => {
        const view = reply.data as LoginView
        if (kept !== old || !view || typeof view.token !== 'string') return
        settle({ ...view, subject: old.subject })
        tell('renewed')
      },
      () => void (renewNotBefore = host.now() + RENEW_AGAIN_MS),
    )
    const over = (): void => void (renewing = undefined)
    renewing = began
    began.then(over, over)
    return began
  }

  async function token(): Promise<string> {
    if (store.get(OUT)) throw engine.error('session', 'session.closed')
    if (kept && kept.endsMs && engine.serverNow() >= kept.endsMs) await lapsed(kept.token)
    if (!kept) await open()
    const now = kept
    if (!now) throw engine.error('gone', 'session.closed')
    const aged = engine.serverNow() - now.gotMs > (now.endsMs - now.gotMs) / 2
    if (now.endsMs && aged && !renewing && !(host.now() < renewNotBefore)) void renew(now)
    return now.token
  }

  async function lapsed(token: string): Promise<void> {
    if (token === closed) throw engine.error('session', 'session.closed')
    const other = readKept(store.fresh(KEY))
    if (other && other.token !== token && kept && other.subject === kept.subject) {
      kept = other // another call has found a new one, or another copy of the SDK
      return
    }
    kept = undefined
    await open()
  }

  async function close(): Promise<void> {
    const was = kept
    era++
    closed = was ? was.token : ''
    kept = undefined
    opening = undefined
    store.set(OUT, true)
    store.remove(KEY)
    store.remove('person')
    tell('ended')
    if (!was) return
    const headers = { Authorization: 'Bearer ' + was.token }
    await engine.sender.send('DELETE', '/v1/session', { session: 'none', tries: 2 }, headers).catch(() => undefined)
  }

  return {
    get state() {
      return kept ? 'open' : 'none'
    },
    get subject() {
      return kept ? kept.subject : ''
    },
    open,
    token,
    lapsed,
    close,
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Whatever lies in the storage, as a session or as none. */
function readKept(found: unknown): Kept | undefined {
  const one = found as Kept | undefined
  return one && typeof one.token === 'string' && one.token && typeof one.subject === 'string' && one.gotMs > 0
    && one.endsMs >= 0 ? one : undefined
}
