/**
 * Order, cashier, and what became of it. What WeChat's callback says proves nothing: the server is asked every time.
 */

import type { OrderBody, OrderState, PaymentView, StateView } from './api'
import { YumenError } from './errors'
import type { Pay, PayOutcome } from './face'
import type { Engine } from './made'
import { route } from './requests'
import { asked, declined } from './wx'
import type { Failure } from './wx'

const PLACING = 'placing'
const PAYING = 'paying'
/** The server remembers an Idempotency-Key for a day. */
const KEY_LIFE_MS = 20 * 3_600_000
/** The same draft so soon after it became an order is a second tap, not a second wish. */
const TAP_MS = 60_000
const OPEN_MAX = 10
const OPEN_LIFE_MS = 3 * 86_400_000
/** After the cashier said yes the server may learn of it a little later. */
const ASK_AGAIN_MS = [0, 800, 2_000, 4_000]

interface Placing {
  key: string
  at: number
}

interface Paying {
  order: string
  subject: string
  at: number
}

/** `yumen.pay`. What is open lies on the phone, so that a killed app finds it again by `resume`. */
export function makePay(engine: Engine): Pay {
  const { host, store } = engine
  const listeners = new Set<(order: string, outcome: PayOutcome) => void>()
  const placing = new Map<string, Promise<StateView>>()
  const paying = new Map<string, Promise<PayOutcome>>()

  const keys = (): Record<string, Placing> => {
    const kept = store.get(PLACING)
    const found: Record<string, Placing> = {}
    for (const name of Object.keys(kept && typeof kept === 'object' ? kept : {})) {
      const one = (kept as Record<string, Placing>)[name]
      if (one && typeof one.key === 'string' && host.now() - one.at < KEY_LIFE_MS) found[name] = one
    }
    return found
  }
  const keep = (name: string, one?: Placing): void => {
    const all = keys()
    if (one) all[name] = one
    else delete all[name]
    store.set(PLACING, all)
  }

  /** The key lies on the phone before the order is sent: an app that is killed asks again for the same order. */
  async function placed(name: string, draft: OrderBody): Promise<StateView> {
    const earlier = keys()[name]
    const send = async (one: Placing): Promise<StateView> => {
      keep(name, one)
      try {
        return await engine.api.post<StateView>('/v1/orders', draft, { key: one.key })
      } catch (problem) {
        if (problem instanceof YumenError && problem.kind === 'refused') keep(name)
        throw problem
      }
    }
    const view = await send(earlier || { key: engine.newKey(), at: host.now() })
    const over = view.state !== 'awaiting_payment'
    return earlier && over && host.now() - earlier.at > TAP_MS ? send({ key: engine.newKey(), at: host.now() }) : view
  }

  const open = (): Paying[] => {
    const kept = store.get(PAYING)
    return (Array.isArray(kept) ? kept : []).filter((one: Paying) =>
      one && typeof one.order === 'string' && host.now() - one.at < OPEN_LIFE_MS)
  }
  const remember = (order: string): void => {
    const others = open().filter((one) => one.order !== order)
    store.set(PAYING, [...others, { order, subject: engine.session.subject, at: host.now() }].slice(-OPEN_MAX))
  }
  const settle = (order: string, outcome: PayOutcome): PayOutcome => {
    if (outcome !== 'pending') store.set(PAYING, open().filter((one) => one.order !== order))
    listeners.forEach((told) => told(order, outcome))
    return outcome
  }

  /** The state by the server's own question to WeChat Pay; undefined when nobody could be asked. */
  async function check(order: string): Promise<OrderState | undefined> {
    try {
      return (await engine.api.post<StateView>(route`/v1/orders/${order}/payment/check`)).state
    } catch (problem) {
      if (problem instanceof YumenError && problem.kind !== 'refused') return undefined
      throw problem
    }
  }

  async function outcomeOf(order: string, said: 'paid' | 'cancelled' | 'unknown'): Promise<PayOutcome> {
    for (const wait of said === 'cancelled' ? [0] : ASK_AGAIN_MS) {
      if (wait) await new Promise<void>((resolve) => host.after(wait, resolve))
      const state = await check(order)
      if (state === 'cancelled') return 'closed'
      if (state && state !== 'awaiting_payment') return 'paid'
      if (state && said === 'cancelled') return 'cancelled'
    }
    return 'pending'
  }

  async function cashier(order: string): Promise<PayOutcome> {
    let parameters: PaymentView
    try {
      parameters = await engine.api.post<PaymentView>(route`/v1/orders/${order}/payment`)
    } catch (problem) {
      // paid meanwhile, or free of charge, or too late: the server knows which
      if (problem instanceof YumenError && problem.code === 'payment.not_payable') return outcomeOf(order, 'cancelled')
      throw problem
    }
    if (!engine.wx.requestPayment) throw engine.error('unsupported', 'unsupported')
    remember(order)
    let said: 'paid' | 'cancelled' | 'unknown' = 'paid'
    let failure: Failure | undefined
    try {
      await asked((o) => engine.wx.requestPayment!({ ...parameters, ...o }))
    } catch (told) {
      failure = told as Failure
      said = declined(failure) ? 'cancelled' : 'unknown'
    }
    const outcome = await outcomeOf(order, said === 'unknown' ? 'cancelled' : said)
    if (outcome !== 'cancelled' || said !== 'unknown') return outcome
    settle(order, 'cancelled')
    throw engine.error('refused', 'pay.failed')
  }

  engine.session.on((event) => {
    if (event === 'switched' || event === 'ended') store.remove(PLACING)
  })
  return {
    place(draft) {
      const name = digest(JSON.stringify(draft))
      return joined(placing, name, () => placed(name, draft))
    },
    pay: (order) => joined(paying, order, () => cashier(order).then((outcome) => settle(order, outcome))),
    async resume() {
      const found: { order: string; outcome: PayOutcome }[] = []
      for (const one of open()) {
        if (paying.has(one.order) || one.subject !== engine.session.subject) continue
        const outcome = await outcomeOf(one.order, 'cancelled').catch(() => 'closed' as const)
        found.push({ order: one.order, outcome: settle(one.order, outcome) })
      }
      return found
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** What is under way is joined, not begun again. */
function joined<T>(all: Map<string, Promise<T>>, name: string, begin: () => Promise<T>): Promise<T> {
  const under = all.get(name)
  if (under) return under
  const began = begin()
  const over = (): void => void all.delete(name)
  all.set(name, began)
  began.then(over, over)
  return began
}

/** 53 bits of a text, so that a draft is known again and nothing of it is stored. */
function digest(text: string): string {
  let low = 0xdeadbeef
  let high = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    low = Math.imul(low ^ code, 2654435761)
    high = Math.imul(high ^ code, 1597334677)
  }
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)
  return (4294967296 * (2097151 & high) + (low >>> 0)).toString(36)
}
