/** Writes that may wait: kept in order, sent once, by the person who made them. */

import { YumenError } from './errors'
import type { Method, Queue } from './face'
import type { Engine } from './made'
import { targetOf } from './requests'
import { QUEUE } from './store'

interface Waiting {
  method: Method
  path: string
  body?: unknown
  key: string
  subject: string
  at: number
}

const LENGTH_MAX = 50
const CHARACTERS_MAX = 4_096
/** The server remembers a key for 24 hours; a write older than this might be done twice. */
const AGE_MAX_MS = 20 * 3_600_000

/** `yumen.queue`. Bodies lie on the phone until they are sent: nothing personal belongs in them. */
export function makeQueue(engine: Engine): Queue {
  const { host, store } = engine
  const listeners = new Set<(lost: { method: Method; path: string; code: string }) => void>()
  const arrived = new Set<(path: string) => void>()
  let flushing: Promise<void> | undefined

  const line = (): Waiting[] => {
    const kept = store.fresh(QUEUE)
    return Array.isArray(kept) ? kept.filter(isWaiting) : []
  }
  const put = (all: Waiting[]): void => void (all.length ? store.set(QUEUE, all) : store.remove(QUEUE))
  const drop = (key: string): void => put(line().filter((one) => one.key !== key))
  const lose = (one: Waiting, code: string): void => {
    drop(one.key)
    listeners.forEach((told) => told({ method: one.method, path: one.path, code }))
  }

  async function send(): Promise<void> {
    for (let n = 0; n < LENGTH_MAX; n++) {
      const one = line()[0]
      if (engine.network.type === 'none') return
      if (!one) return
      const age = host.now() - one.at
      if (age > AGE_MAX_MS) lose(one, 'queue.too_old')
      else if (engine.session.subject && engine.session.subject !== one.subject) lose(one, 'queue.other_person')
      else if (!(await tell(one))) return
    }
  }

  /** False when it has to wait on. */
  async function tell(one: Waiting): Promise<boolean> {
    try {
      await engine.session.token()
      if (engine.session.subject !== one.subject) return lose(one, 'queue.other_person'), true
      await engine.sender.send(one.method, one.path, { body: one.body, key: one.key })
      drop(one.key)
      arrived.forEach((told) => told(one.path))
    } catch (problem) {
      if (!(problem instanceof YumenError) || problem.kind !== 'refused') return false
      lose(one, problem.code)
    }
    return true
  }

  function flush(): Promise<void> {
    if (!flushing) {
      const over = (): void => void (flushing = undefined)
      const began = send()
      flushing = began
      began.then(over, over)
    }
    return flushing
  }

  async function later(method: Method, path: string, body?: unknown): Promise<'sent' | 'kept'> {
    const target = targetOf(engine, path)
    await engine.session.token()
    const one: Waiting = {
      method, path: target, body, key: engine.newKey(), subject: engine.session.subject, at: host.now(),
    }
    const all = line()
    if (all.length >= LENGTH_MAX || JSON.stringify(one).length > CHARACTERS_MAX) {
      throw engine.error('refused', 'queue.full')
    }
    put([...all, one])
    await flush()
    return line().some((other) => other.key === one.key) ? 'kept' : 'sent'
  }

  engine.network.onBack(() => void (line().length && engine.session.state === 'open' && flush()))
  engine.session.on((event) => {
    if (event === 'switched' || event === 'ended') store.remove(QUEUE)
  })
  return {
    later,
    flush,
    get waiting() {
      return line().length
    },
    onSent(listener) {
      arrived.add(listener)
      return () => void arrived.delete(listener)
    },
    onLost(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function isWaiting(found: unknown): found is Waiting {
  const one = found as Waiting
  return !!one && typeof one === 'object' && typeof one.method === 'string' && typeof one.path === 'string'
    && typeof one.key === 'string' && typeof one.subject === 'string' && typeof one.at === 'number'
}
