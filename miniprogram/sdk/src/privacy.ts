/**
 * WeChat's authorisation gate joined with our own notice: whoever needs something personal waits here for one answer.
 *
 * WeChat asks (`onNeedPrivacyAuthorization`) only once a sheet is there to show it; without one its own dialog appears.
 * Base libraries before 2.32.3 have no gate: then our notice alone is asked, and its answer kept on the phone.
 */

import type { Privacy, PrivacyAsk, PrivacyState, Stop } from './face'
import type { Engine } from './made'
import type { PrivacyResolve } from './wx'
import { asked } from './wx'

const KEY = 'privacy'
/** After a refusal WeChat itself shows no dialog for ten seconds. */
const QUIET_MS = 10_000

interface Asking {
  ask: PrivacyAsk
  answer: (agreed: boolean, buttonId: string) => void
}

/** `yumen.privacy`. From here on the core asks it before each login. */
export function makePrivacy(engine: Engine): Privacy {
  const { host, store, wx } = engine
  const listeners = new Set<(state: PrivacyState) => void>()
  const sheets: ((ask: PrivacyAsk | null) => void)[] = []
  let state: PrivacyState = store.get(KEY) === 'agreed' ? 'agreed' : 'unknown'
  let open: Asking[] = []
  let contract = ''
  let refusedAt = -Infinity
  let hooked = false
  let checked: Promise<PrivacyState> | undefined

  const become = (next: PrivacyState): void => {
    if (next === 'agreed') store.set(KEY, next)
    else store.remove(KEY)
    if (next === state) return
    state = next
    listeners.forEach((told) => told(next))
  }

  /** WeChat knows better than our memory: the person may have taken it back, or agreed elsewhere. */
  function check(): Promise<PrivacyState> {
    if (!wx.getPrivacySetting) return Promise.resolve(state)
    if (!checked) {
      const over = (): void => void (checked = undefined)
      checked = asked<{ needAuthorization: boolean; privacyContractName: string }>((o) => wx.getPrivacySetting!(o)).then(
        (found) => {
          contract = found.privacyContractName || ''
          if (found.needAuthorization && state === 'agreed') become('unknown')
          return state
        },
        () => state,
      )
      checked.then(over, over)
    }
    return checked
  }

  const show = (): void => {
    const sheet = sheets[sheets.length - 1]
    if (sheet) sheet(open.length ? open[0].ask : null)
  }
  const ask = (reason: string, answer: Asking['answer']): void => {
    open.push({ ask: { reason, contract }, answer })
    if (open.length === 1) show()
  }
  const settle = (agreed: boolean, buttonId: string): void => {
    const all = open
    open = []
    refusedAt = agreed ? -Infinity : host.now()
    become(agreed ? 'agreed' : 'refused')
    all.forEach((one) => one.answer(agreed, buttonId))
    show()
  }

  async function require(reason: string): Promise<boolean> {
    if ((await check()) === 'agreed') return true
    const since = host.now() - refusedAt
    if (!sheets.length || (since >= 0 && since < QUIET_MS)) return false
    return new Promise((resolve) => ask(reason, resolve))
  }

  /** The original call of WeChat stays pending until each of its questions is resolved, so none may be forgotten. */
  function hook(): void {
    if (hooked || !wx.onNeedPrivacyAuthorization) return
    hooked = true
    wx.onNeedPrivacyAuthorization((resolve: PrivacyResolve, event) => {
      if (!sheets.length) return resolve({ event: 'disagree' })
      ask((event && event.referrer) || '', (agreed, buttonId) =>
        resolve(agreed ? { event: 'agree', buttonId } : { event: 'disagree' }))
      resolve({ event: 'exposureAuthorization' })
    })
  }

  function mount(sheet: (ask: PrivacyAsk | null) => void): Stop {
    hook()
    sheets.push(sheet)
    if (open.length) show()
    return () => {
      const at = sheets.indexOf(sheet)
      if (at >= 0) sheets.splice(at, 1)
      if (!open.length) return
      if (sheets.length) show()
      else leave()
    }
  }

  /** The page is gone and no other sheet is there: nobody has answered, so nothing is agreed or refused. */
  function leave(): void {
    const all = open
    open = []
    all.forEach((one) => one.answer(false, ''))
  }

  engine.gate = require
  return {
    get state() {
      return state
    },
    check,
    require,
    mount,
    agree: (buttonId) => settle(true, buttonId),
    refuse: () => settle(false, ''),
    openContract: () => wx.openPrivacyContract
      ? asked((o) => wx.openPrivacyContract!(o)).then(() => undefined)
      : Promise.reject(engine.error('unsupported', 'unsupported')),
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
