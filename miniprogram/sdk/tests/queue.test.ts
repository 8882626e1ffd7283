import assert from 'node:assert/strict'
import { test } from 'node:test'

import { bench } from '../testing/index'

test('writes that may wait go out in order, once, although the app is killed between', async () => {
  const { yumen, backend, phone, seen, host, restart, ended } = bench()
  await ended(yumen.session.open())
  phone.setNetwork('none')
  for (let n = 1; n <= 3; n++) await ended(yumen.queue.later('PUT', '/v1/cart/tea-' + n, { quantity: n }))
  const again = restart()
  assert.equal(again.queue.waiting, 3)
  phone.setNetwork('wifi')
  await host.settle()
  assert.deepEqual(backend.cart, { 'tea-1': 1, 'tea-2': 2, 'tea-3': 3 })
  const sent = seen.filter((one) => one.path.startsWith('/v1/cart'))
  assert.equal(new Set(sent.map((one) => one.headers['idempotency-key'])).size, 3)
  assert.equal(again.queue.waiting, 0)
})

test('what the server refuses, or what grew too old, leaves the queue and is told', async () => {
  const { yumen, backend, phone, host, ended } = bench()
  const lost: string[] = []
  yumen.queue.onLost((one) => lost.push(one.code))
  await ended(yumen.session.open())
  backend.routes['PUT /v1/cart/gone'] = () => ({ status: 404, body: { code: 'stock.unknown', title: 'Gone' } })
  phone.setNetwork('none')
  await ended(yumen.queue.later('PUT', '/v1/cart/old', { quantity: 1 }))
  await host.advance(21 * 3_600_000)
  await ended(yumen.queue.later('PUT', '/v1/cart/gone', { quantity: 1 }))
  phone.setNetwork('wifi')
  await host.settle()
  assert.deepEqual(lost, ['queue.too_old', 'stock.unknown'])
  assert.equal(yumen.queue.waiting, 0)
})

test('the queue has a bound in length and in size', async () => {
  const { yumen, phone, ended } = bench()
  await ended(yumen.session.open())
  phone.setNetwork('none')
  assert.equal((await ended(yumen.queue.later('PUT', '/v1/cart/big', { text: 'x'.repeat(5_000) }))).problem.code, 'queue.full')
  for (let n = 0; n < 50; n++) await ended(yumen.queue.later('PUT', '/v1/cart/t' + n, {}))
  assert.equal((await ended(yumen.queue.later('PUT', '/v1/cart/more', {}))).problem.code, 'queue.full')
})
