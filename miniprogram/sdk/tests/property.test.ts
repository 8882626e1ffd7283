/** Whatever the network, the clock, the storage and the person do: what must hold of session and requests. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { isYumenError } from '../src/index'
import { fakeBackend, bench } from '../testing/index'
import type { Bench, Fault, Held } from '../testing/index'

const RUNS = Number(process.env.RUNS || 150)
/** No call may last longer than the slowest network allows, with a login before it and one after a lapse. */
const CALL_MAX_MS = 200_000

const fault: fc.Arbitrary<Fault | undefined> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom<Fault>('lost', 'reply_lost', 'reset', 'html', '502', '429', 'interrupted') },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30_000 }).map((stallMs) => ({ stallMs })) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30_000 }).map((lateMs) => ({ lateMs })) },
)

type Act =
  | { kind: 'read' | 'write' | 'open' | 'close' | 'lapse' | 'restart' | 'wipe' | 'later' | 'reset_faults' }
  | { kind: 'network'; type: 'wifi' | '2g' | 'none' } | { kind: 'full'; full: boolean } | { kind: 'jump' | 'wait'; ms: number }

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.constantFrom<Act>({ kind: 'read' }, { kind: 'write' }, { kind: 'open' }, { kind: 'later' }, { kind: 'lapse' }),
  fc.constantFrom<Act>({ kind: 'read' }, { kind: 'write' }, { kind: 'close' }, { kind: 'restart' }, { kind: 'wipe' }),
  fc.constantFrom('wifi', '2g', 'none').map((type) => ({ kind: 'network', type }) as Act),
  fc.boolean().map((full) => ({ kind: 'full', full }) as Act),
  fc.integer({ min: -90_000_000, max: 90_000_000 }).map((ms) => ({ kind: 'jump', ms }) as Act),
  fc.integer({ min: 0, max: 40_000 }).map((ms) => ({ kind: 'wait', ms }) as Act),
)

interface Story {
  bench: Bench
  calls: { began: number; ended: number; answer: Promise<Held<unknown>> }[]
  wrote: number
}

/** Time as it passes, which no jump of the phone's clock moves. */
async function live(acts: Act[], faults: (Fault | undefined)[], seed: number): Promise<Story> {
  let count = 0
  const began = bench({ seed, fault: () => faults[count++ % Math.max(1, faults.length)] })
  const { host, phone, backend } = began
  let yumen = began.yumen
  let jumped = 0
  const clock = (): number => host.now() - jumped
  backend.now = clock
  const story: Story = { bench: began, calls: [], wrote: 0 }
  const call = (answer: Promise<unknown>): void => {
    const one = { began: clock(), ended: -1, answer: began.held(answer) }
    void one.answer.then(() => (one.ended = clock()))
    story.calls.push(one)
  }
  for (const step of acts) {
    if (step.kind === 'read') call(yumen.api.get('/v1/me'))
    if (step.kind === 'write') call(yumen.api.post('/v1/orders', { lines: [{ sku: 'tea-1', quantity: ++story.wrote }] }))
    if (step.kind === 'later') call(yumen.queue.later('PUT', '/v1/cart/tea-1', { quantity: 1 }))
    if (step.kind === 'open') call(yumen.session.open())
    if (step.kind === 'close') call(yumen.session.close())
    if (step.kind === 'lapse') backend.lapse()
    if (step.kind === 'wipe') phone.wipe()
    if (step.kind === 'full') phone.storageFull = step.full
    if (step.kind === 'network') phone.setNetwork(step.type)
    if (step.kind === 'restart') yumen = began.restart()
    if (step.kind === 'jump') (host.jump(step.ms), (jumped += step.ms))
    if (step.kind === 'wait') await host.advance(step.ms)
    if (step.kind === 'restart' || step.kind === 'wipe') yumen.privacy.mount((ask) => ask && yumen.privacy.agree('agree'))
    await host.advance(1)
  }
  await host.settle(7_200_000)
  return story
}

const stories = fc.tuple(
  fc.array(act, { minLength: 1, maxLength: 25 }), fc.array(fault, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 1e9 }),
)

test('every call ends, in time, with a value or a typed error', async () => {
  await fc.assert(fc.asyncProperty(stories, async ([acts, faults, seed]) => {
    const { calls } = await live(acts, faults, seed)
    for (const { began, ended, answer } of calls) {
      assert.ok(ended >= 0, 'a call never ended')
      assert.ok(ended - began <= CALL_MAX_MS, `a call took ${ended - began} ms`)
      const { problem } = await answer
      if (problem) assert.ok(isYumenError(problem), String(problem))
    }
  }), { numRuns: RUNS })
})

test('a code is sent under one key only, and opens at most one session', async () => {
  await fc.assert(fc.asyncProperty(stories, async ([acts, faults, seed]) => {
    const { backend, codes } = (await live(acts, faults, seed)).bench
    for (const [code, keys] of Object.entries(backend.codeKeys)) assert.equal(keys.length, 1, `${code} came under ${keys.length} keys`)
    assert.equal(new Set(backend.spent).size, backend.spent.length)
    assert.ok(codes.length <= acts.length * 4 + 4)
  }), { numRuns: RUNS })
})

test('a write is done at most once, and done if it was said to be', async () => {
  await fc.assert(fc.asyncProperty(stories, async ([acts, faults, seed]) => {
    const { bench: { backend }, calls } = await live(acts, faults, seed)
    const wishes = backend.orders.map((one) => JSON.stringify(one.draft))
    assert.equal(new Set(wishes).size, wishes.length, 'an order was placed twice')
    for (const { answer } of calls) {
      const value = (await answer).value as { id?: string } | undefined
      if (value && value.id) assert.ok(backend.orders.some((one) => one.id === value.id))
    }
  }), { numRuns: RUNS })
})

test('after everything, on a good network, a person can log in and read', async () => {
  await fc.assert(fc.asyncProperty(stories, async ([acts, faults, seed]) => {
    let broken = true
    let count = 0
    const found = bench({ seed, fault: () => (broken ? faults[count++ % faults.length] : undefined) })
    for (const step of acts) {
      if (step.kind === 'read') void found.held(found.yumen.api.get('/v1/me'))
      if (step.kind === 'close') void found.held(found.yumen.session.close())
      if (step.kind === 'lapse') found.backend.lapse()
      if (step.kind === 'full') found.phone.storageFull = step.full
      if (step.kind === 'network') found.phone.setNetwork(step.type)
      await found.host.advance(step.kind === 'wait' ? step.ms : 1)
    }
    broken = false
    found.phone.setNetwork('wifi')
    await found.host.settle()
    await found.host.advance(10_000)
    assert.equal((await found.ended(found.yumen.session.open())).problem, undefined)
    assert.equal((await found.ended(found.yumen.api.get('/v1/me'))).problem, undefined)
  }), { numRuns: RUNS })
})

test('on a link with a tenth lost and stalls of two seconds, at least 99 of 100 journeys complete', async () => {
  let complete = 0
  const journeys = Number(process.env.JOURNEYS || 500)
  for (let n = 1; n <= journeys; n++) {
    const chance = fakeChance(n)
    const found = bench({
      seed: n, network: '3g', roundTripMs: 300,
      fault: () => (chance() < 0.1 ? (chance() < 0.5 ? 'lost' : 'reply_lost') : chance() < 0.1 ? { stallMs: 2_000 } : undefined),
    })
    const { value } = await found.ended((async () => {
      await found.yumen.consents.notices()
      await found.yumen.session.open()
      await found.yumen.api.get('/v1/me')
      await found.yumen.person.bindPhone({ errMsg: 'getPhoneNumber:ok', code: 'p' })
      const order = await found.yumen.pay.place({ lines: [{ sku: 'tea-1', quantity: 1 }], expected_fen: 1 })
      found.backend.pay(order.id)
      return found.yumen.pay.pay(order.id)
    })())
    if (value === 'paid' && found.backend.orders.length === 1 && found.backend.orders[0].charged === 1) complete++
  }
  console.log(`journeys complete: ${complete} of ${journeys}`)
  assert.ok(complete >= journeys * 0.99, String(complete))
})

function fakeChance(seed: number): () => number {
  let state = seed * 2654435761
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 374761393) >>> 0
    return state / 4294967296
  }
}

test('the fake backend keeps its own promises: a code opens once, a repeat answers the same session', () => {
  const backend = fakeBackend(() => 0)
  const login = (code: string, key: string): { status: number; body?: any } => backend.answer({
    method: 'POST', path: '/v1/login', query: {}, headers: { 'idempotency-key': key }, body: { app: 'wx', code }, url: '',
  })
  const first = login('code-1', 'k1')
  assert.equal(login('code-1', 'k1').body.session, first.body.session)
  assert.notEqual(login('code-1', 'k1').body.token, first.body.token)
  assert.equal(login('code-1', 'k2').status, 409)
})
