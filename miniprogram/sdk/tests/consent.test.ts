import assert from 'node:assert/strict'
import { test } from 'node:test'

import { isOutdated } from '../src/index'
import { bench } from '../testing/index'

test('a separate consent is the only one given of its request', async () => {
  const { yumen, backend, seen, ended } = bench()
  const items = (await ended(yumen.consents.list())).value!
  const { value, problem } = await ended(yumen.consents.answer(items.map((item) => ({ item, given: item.notice.purpose !== 'marketing' }))))
  assert.equal(problem, undefined)
  assert.deepEqual(backend.consents, { profile: 'given', marketing: 'refused', sensitive: 'given', export: 'given' })
  const sent = seen.filter((one) => one.path === '/v1/consents' && one.method === 'PUT')
  assert.equal(sent.length, 3)
  assert.ok(value!.every((item) => !item.ask))
  assert.equal(yumen.consents.given('export'), true)
  assert.equal(yumen.consents.given('marketing'), false)
})

test('notices can be read before login, and nobody is logged in by reading them', async () => {
  const { yumen, codes, ended } = bench({ agreed: false })
  const { value } = await ended(yumen.consents.list())
  assert.equal(value!.length, 4)
  assert.ok(value!.every((item) => item.ask && item.state === 'unasked'))
  assert.equal(codes.length, 0)
})

test('a withdrawal is in force here at once, survives the app, and reaches the server when it can', async () => {
  const { yumen, backend, phone, host, restart, ended } = bench()
  const items = (await ended(yumen.consents.list())).value!
  await ended(yumen.consents.answer([{ item: items[0], given: true }]))
  phone.setNetwork('none')
  assert.equal((await ended(yumen.consents.withdraw('profile'))).value, 'kept')
  assert.equal(yumen.consents.given('profile'), false)
  assert.equal(backend.consents.profile, 'given')
  const again = restart()
  assert.equal(again.consents.given('profile'), false)
  phone.setNetwork('wifi')
  await host.settle()
  assert.equal(backend.consents.profile, 'withdrawn')
  assert.equal(again.queue.waiting, 0)
})

test('while a withdrawal waits, what the server still says does not bring the consent back', async () => {
  const { yumen, backend, ended } = bench({ fault: (request) => (request.path.endsWith('/withdraw') ? 'reset' : undefined) })
  const items = (await ended(yumen.consents.list())).value!
  await ended(yumen.consents.answer([{ item: items[0], given: true }]))
  assert.equal((await ended(yumen.consents.withdraw('profile'))).value, 'kept')
  const seen = (await ended(yumen.consents.list())).value!
  assert.equal(backend.consents.profile, 'given')
  assert.equal(seen[0].state, 'withdrawn')
  assert.equal(yumen.consents.given('profile'), false)
})

test('a notice that was replaced while it was read is told apart', async () => {
  const { yumen, ended } = bench()
  const items = (await ended(yumen.consents.list())).value!
  const old = { ...items[0], notice: { ...items[0].notice, hash: 'f'.repeat(64) } }
  const { problem } = await ended(yumen.consents.answer([{ item: old, given: true }]))
  assert.ok(isOutdated(problem))
})
