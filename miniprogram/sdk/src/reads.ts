/** Reads: the same one in flight is asked once, what is known is asked for by its ETag, what was known serves offline. */

import type { Ask, Scope } from './face'
import type { Engine } from './made'
import { left } from './requests'
import { makeScope } from './scope'
import type { Reply } from './transport'

const KEPT_MAX = 60

interface Known {
  etag: string
  at: number
  data: unknown
}

interface Flight {
  answer: Promise<unknown>
  scope: Scope
  waiting: number
}

export function makeReads(engine: Engine): (target: string, ask: Ask) => Promise<unknown> {
  const { host } = engine
  const known = new Map<string, Known>()
  const flights = new Map<string, Flight>()
  engine.written = () => flights.clear()
  engine.session.on((event) => {
    if (event !== 'renewed') known.clear() // prices and stock may differ by person
  })

  const recall = (name: string, ask: Ask, open: boolean): Known | undefined => {
    const kept = known.get(name) || (ask.stale && open && engine.shelf && engine.shelf.get(name))
    return kept && typeof kept === 'object' && 'data' in kept ? (kept as Known) : undefined
  }
  const keep = (name: string, ask: Ask, open: boolean, one: Known): void => {
    known.delete(name)
    known.set(name, one)
    if (known.size > KEPT_MAX) known.delete(known.keys().next().value as string)
    // only what everybody may see
    if (ask.stale && open && engine.shelf) engine.shelf.put(name, one)
  }

  async function read(name: string, target: string, ask: Ask, scope: Scope): Promise<unknown> {
    const wanted = ask.freshMs !== undefined || ask.stale
    const open = ask.session === 'none' || (ask.session === 'if_open' && engine.session.state === 'none')
    const had = wanted ? recall(name, ask, open) : undefined
    const age = had ? host.now() - had.at : 0
    if (had && ask.freshMs && age >= 0 && age < ask.freshMs) return had.data
    let reply: Reply
    try {
      reply = await engine.sender.send('GET', target, { ...ask, scope }, had && had.etag ? { 'If-None-Match': had.etag } : {})
    } catch (problem) {
      const kind = (problem as { kind?: string }).kind
      if (had && ask.stale && (kind === 'network' || kind === 'server')) return had.data
      throw problem
    }
    const data = reply.status === 304 && had ? had.data : reply.data
    if (wanted) keep(name, ask, open, { etag: reply.headers.etag || (had && had.etag) || '', at: host.now(), data })
    return data
  }

  return (target, ask) => {
    const who = ask.session === 'none' ? '' : engine.session.subject
    const name = [engine.language, who, ask.answer || '', target].join(' ')
    const course = name + (ask.stale ? ' stale' : '')
    let flight = flights.get(course)
    if (!flight) {
      const scope = makeScope()
      const began: Flight = { scope, waiting: 0, answer: read(name, target, ask, scope) }
      const landed = (): void => void (flights.get(course) === began && flights.delete(course))
      began.answer.then(landed, landed)
      flights.set(course, (flight = began))
    }
    return wait(course, flight, ask.scope)
  }

  /** The exchange goes on while anybody waits for it. */
  function wait(course: string, flight: Flight, scope?: Scope): Promise<unknown> {
    flight.waiting++
    if (!scope) return flight.answer
    const off = scope.onEnd(() => {
      if (--flight.waiting) return
      if (flights.get(course) === flight) flights.delete(course)
      flight.scope.end()
    })
    flight.answer.then(off, off)
    return left(engine, flight.answer, scope)
  }
}
