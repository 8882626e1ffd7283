import assert from 'node:assert/strict'
import { test } from 'node:test'

import { bench } from '../testing/index'
import type { Bench, Fault, Seen } from '../testing/index'

const draft = { lines: [{ sku: 'tea-1', quantity: 1 }], expected_fen: 100, address: 'adr_1' }

/** A bench whose cashier charges when the person pays. */
function shop(options: Parameters<typeof bench>[0] = {}): Bench & { does: (what: 'paid' | 'cancel' | 'fail' | 'hang', charges?: boolean) => void } {
  const found = bench(options)
  const does = (what: 'paid' | 'cancel' | 'fail' | 'hang', charges = what === 'paid'): void => {
    found.phone.cashier = (parameters) => {
      if (charges) found.backend.pay(String(parameters.package).slice('prepay_id='.length))
      return what
    }
  }
  does('paid')
  return { ...found, does }
}

test('order, cashier, settled: paid once, told to whoever listens', async () => {
  const { yumen, backend, ended } = shop()
  const told: string[] = []
  yumen.pay.on((order, outcome) => told.push(outcome))
  const order = (await ended(yumen.pay.place(draft))).value!
  assert.equal((await ended(yumen.pay.pay(order.id))).value, 'paid')
  assert.deepEqual(told, ['paid'])
  assert.equal(backend.orders[0].charged, 1)
})

test('a double tap makes one order and opens one cashier', async () => {
  const { yumen, backend, phone, ended } = shop()
  const orders = (await ended(Promise.all([yumen.pay.place(draft), yumen.pay.place({ ...draft })]))).value!
  assert.equal(orders[0].id, orders[1].id)
  let opened = 0
  const cashier = phone.cashier
  phone.cashier = (parameters) => (opened++, cashier(parameters))
  assert.deepEqual((await ended(Promise.all([yumen.pay.pay(orders[0].id), yumen.pay.pay(orders[0].id)]))).value, ['paid', 'paid'])
  assert.equal(opened, 1)
  assert.equal(backend.orders.length, 1)
  assert.equal((await ended(yumen.pay.place(draft))).value!.id, orders[0].id) // tapped again a moment later
  assert.equal(backend.orders.length, 1)
})

test('the same wish a while after it was paid is a new order', async () => {
  const { yumen, backend, host, ended } = shop()
  const first = (await ended(yumen.pay.place(draft))).value!
  await ended(yumen.pay.pay(first.id))
  await host.advance(61_000)
  // the server answers a repeated key with the order as it now is
  const place = backend.answer
  backend.answer = (request) => {
    const said = place(request)
    const body = said.body as { id?: string } | undefined
    const known = body && backend.orders.find((one) => one.id === body.id)
    return known && request.path === '/v1/orders' ? { ...said, body: { id: known.id, state: known.state } } : said
  }
  const second = (await ended(yumen.pay.place(draft))).value!
  assert.notEqual(second.id, first.id)
  assert.equal(backend.orders.length, 2)
})

test('an app that is killed while it orders asks again for the same order', async () => {
  let lost = 0
  const { yumen, backend, restart, ended, host } = shop({
    fault: (request: Seen): Fault | undefined => (request.path === '/v1/orders' && request.method === 'POST' && lost++ < 4 ? 'reply_lost' : undefined),
  })
  assert.equal((await ended(yumen.pay.place(draft))).problem.unsettled, true)
  const again = restart()
  await host.advance(5_000)
  assert.equal((await ended(again.pay.place(draft))).value!.state, 'awaiting_payment')
  assert.equal(backend.orders.length, 1)
})

test('paid, but the app was killed: the next start learns it, and nothing is charged twice', async () => {
  const { yumen, backend, host, held, restart, ended, does } = shop()
  const order = (await ended(yumen.pay.place(draft))).value!
  does('hang', true)
  void held(yumen.pay.pay(order.id))
  await host.advance(5_000)
  const again = restart()
  const told: string[] = []
  again.pay.on((_, outcome) => told.push(outcome))
  assert.deepEqual((await ended(again.pay.resume())).value, [{ order: order.id, outcome: 'paid' }])
  assert.deepEqual(told, ['paid'])
  assert.deepEqual((await ended(again.pay.resume())).value, [])
  assert.equal((await ended(again.pay.pay(order.id))).value, 'paid')
  assert.equal(backend.orders[0].charged, 1)
})

test('cancelled stays payable; a cancel that WeChat reports for a payment that went through is paid', async () => {
  const { yumen, backend, ended, does } = shop()
  const order = (await ended(yumen.pay.place(draft))).value!
  does('cancel')
  assert.equal((await ended(yumen.pay.pay(order.id))).value, 'cancelled')
  does('cancel', true)
  assert.equal((await ended(yumen.pay.pay(order.id))).value, 'paid')
  assert.equal(backend.orders[0].charged, 1)
})

test('a cashier that fails says that nothing was charged, unless something was', async () => {
  const { yumen, ended, does } = shop()
  const order = (await ended(yumen.pay.place(draft))).value!
  does('fail')
  assert.equal((await ended(yumen.pay.pay(order.id))).problem.code, 'pay.failed')
  does('fail', true)
  assert.equal((await ended(yumen.pay.pay(order.id))).value, 'paid')
})

test('when nobody can be asked the outcome is pending, and a later start settles it', async () => {
  const { yumen, phone, restart, ended, does } = shop()
  const order = (await ended(yumen.pay.place(draft))).value!
  does('paid')
  const cashier = phone.cashier
  phone.cashier = (parameters) => (phone.setNetwork('none'), cashier(parameters))
  assert.equal((await ended(yumen.pay.pay(order.id))).value, 'pending')
  phone.setNetwork('wifi')
  assert.deepEqual((await ended(restart().pay.resume())).value, [{ order: order.id, outcome: 'paid' }])
})

test('an order that was closed meanwhile is told as closed, and opens no cashier', async () => {
  const { yumen, backend, phone, ended } = shop()
  const order = (await ended(yumen.pay.place(draft))).value!
  backend.orders[0].state = 'cancelled'
  phone.cashier = () => assert.fail('no cashier') as never
  assert.equal((await ended(yumen.pay.pay(order.id))).value, 'closed')
})

test('the page that paid may be gone: whoever listens is told', async () => {
  const { yumen, host, ended } = shop()
  const order = (await ended(yumen.pay.place(draft))).value!
  const told: string[] = []
  const page = yumen.api.scope()
  yumen.pay.on((_, outcome) => told.push(outcome))
  void yumen.pay.pay(order.id)
  await host.advance(10)
  page.end()
  await host.settle()
  assert.deepEqual(told, ['paid'])
})

test('what was open for one person is not asked for another', async () => {
  const { yumen, backend, restart, host, held, ended, does } = shop()
  const order = (await ended(yumen.pay.place(draft))).value!
  does('hang', true)
  void held(yumen.pay.pay(order.id))
  await host.advance(5_000)
  await ended(yumen.session.close())
  const again = restart()
  backend.person = 'sub_two'
  await ended(again.session.open())
  assert.deepEqual((await ended(again.pay.resume())).value, [])
})

test('no draft, address or token lies on the phone in a readable form after an order', async () => {
  const { yumen, storage, ended } = shop()
  await ended(yumen.pay.place({ ...draft, destination: { recipient: '李明', phone: '13800000000', province: '上海市', city: '上海市', street: '1号' } }))
  const kept = JSON.stringify([...storage.entries()])
  assert.ok(!/李明|138|上海/.test(kept))
})

test('an order that costs nothing is paid when placed, and a second tap does not place another', async () => {
  const { yumen, backend, host, ended } = shop()
  backend.routes['POST /v1/orders'] = (request) => ({ status: 201, body: { id: 'ord_' + request.headers['idempotency-key'], state: 'paid' } })
  const first = (await ended(yumen.pay.place(draft))).value!
  await host.advance(2_000)
  assert.equal((await ended(yumen.pay.place(draft))).value!.id, first.id)
  await host.advance(61_000)
  assert.notEqual((await ended(yumen.pay.place(draft))).value!.id, first.id)
})
