import assert from 'node:assert/strict'
import { test } from 'node:test'

import { bench } from '../testing/index'
import type { PrivacyAsk } from '../src/index'

/** A sheet as the component mounts it; `answer` is the person's finger. */
function sheet(privacy: { mount(show: (ask: PrivacyAsk | null) => void): () => void }): { shown: (PrivacyAsk | null)[]; unmount: () => void } {
  const shown: (PrivacyAsk | null)[] = []
  return { shown, unmount: privacy.mount((ask) => shown.push(ask)) }
}

test('before the person agrees nothing personal is asked of WeChat, sent, or stored', async () => {
  const { yumen, codes, seen, storage, ended } = bench({ agreed: false, measure: { share: 1 } })
  yumen.measure.count('looked')
  const browsed = await ended(yumen.api.get('/v1/notices', { session: 'if_open' }))
  assert.equal(browsed.problem, undefined)
  const refused = await ended(yumen.api.get('/v1/me'))
  assert.equal(refused.problem.kind, 'privacy')
  await ended(yumen.measure.flush())
  assert.equal(codes.length, 0)
  assert.deepEqual(seen.map((one) => one.path), ['/v1/notices'])
  assert.equal(seen[0].headers.authorization, undefined)
  assert.deepEqual([...storage.keys()].filter((key) => !/skew/.test(key)), [])
})

test('one sheet answers everybody who waits: our notice and the calls that WeChat holds', async () => {
  const { yumen, phone, host, held, ended } = bench({ agreed: false })
  const { shown } = sheet(yumen.privacy)
  const calls = [held(yumen.api.get('/v1/me')), held(yumen.session.open())]
  const button = phone.guarded('button.getPhoneNumber')
  await host.advance(10)
  assert.equal(shown.length, 1)
  assert.equal(phone.privacyOpen, 1)
  yumen.privacy.agree('yumen-agree')
  await host.settle()
  assert.equal(await button, 'agree')
  for (const call of calls) assert.equal((await call).problem, undefined)
  assert.equal(shown[shown.length - 1], null)
  assert.equal((await ended(yumen.privacy.require('later'))).value, true)
})

test('refusing leaves what needs no consent working, and the next wish asks again after ten seconds', async () => {
  const { yumen, phone, host, held, ended } = bench({ agreed: false })
  const { shown } = sheet(yumen.privacy)
  const call = held(yumen.api.get('/v1/me'))
  const button = phone.guarded('chooseAvatar')
  await host.advance(10)
  yumen.privacy.refuse()
  assert.equal((await call).problem.code, 'privacy.refused')
  assert.equal(await button, 'disagree')
  assert.equal(yumen.privacy.state, 'refused')
  assert.equal((await ended(yumen.api.get('/v1/notices', { session: 'if_open' }))).problem, undefined)
  const asked = shown.length
  host.jump(0)
  const again = held(yumen.api.get('/v1/me'))
  await host.advance(10_001)
  await again
  const third = held(yumen.api.get('/v1/me'))
  await host.advance(10)
  assert.ok(shown.length > asked)
  yumen.privacy.agree('yumen-agree')
  await host.settle()
  assert.equal((await third).problem, undefined)
})

test('two pages: the newest sheet asks, and when its page goes the older one takes over', async () => {
  const { yumen, host, held } = bench({ agreed: false })
  const first = sheet(yumen.privacy)
  const second = sheet(yumen.privacy)
  const call = held(yumen.privacy.require('profile'))
  await host.advance(10)
  assert.deepEqual([first.shown.length, second.shown.length], [0, 1])
  second.unmount()
  assert.equal(first.shown.length, 1)
  yumen.privacy.agree('a')
  assert.equal((await call).value, true)
})

test('when the last sheet goes unanswered nobody hangs, and nothing counts as agreed or refused', async () => {
  const { yumen, phone, host, held } = bench({ agreed: false })
  const only = sheet(yumen.privacy)
  const call = held(yumen.privacy.require('profile'))
  const button = phone.guarded('chooseAddress')
  await host.advance(10)
  only.unmount()
  assert.equal((await call).value, false)
  assert.equal(await button, 'disagree')
  assert.equal(yumen.privacy.state, 'unknown')
  assert.equal(phone.privacyOpen, 0)
})

test('without a sheet WeChat shows its own dialog, since nothing is registered', async () => {
  const { phone } = bench({ agreed: false })
  assert.equal(await phone.guarded('chooseAddress'), 'dialog of WeChat')
})

test('an agreement that was taken back in WeChat is asked for again', async () => {
  const { yumen, phone, ended } = bench()
  assert.equal(yumen.privacy.state, 'agreed')
  phone.agreedToPrivacy = false
  assert.equal((await ended(yumen.session.open())).problem.kind, 'privacy')
  assert.equal(yumen.privacy.state, 'unknown')
})

test('measuring goes on only while it is allowed, and what was gathered before is not sent after', async () => {
  const { yumen, backend, ended } = bench({ measure: { share: 1, purpose: 'profile' } })
  yumen.measure.count('one')
  await ended(yumen.measure.flush())
  assert.equal(backend.beacons.length, 0)
  const items = (await ended(yumen.consents.list())).value!
  await ended(yumen.consents.answer([{ item: items[0], given: true }]))
  yumen.measure.count('two')
  await ended(yumen.measure.flush())
  assert.ok(backend.beacons.length > 0)
  const sent = backend.beacons.length
  yumen.measure.count('three')
  await ended(yumen.consents.withdraw('profile'))
  await ended(yumen.measure.flush())
  assert.ok(!JSON.stringify(backend.beacons.slice(sent)).includes('three'))
})

test('a beacon names a place of the app and never what the place was about', async () => {
  const { yumen, backend, ended } = bench({ measure: { share: 1 } })
  await ended(yumen.api.get('/v1/orders/ord_00000000000000000000000001', {}))
  yumen.measure.page('/pages/order/order?id=ord_1&phone=13800000000')
  yumen.measure.count('bought 138 0000 0000')
  yumen.measure.error('stock.gone')
  await ended(yumen.measure.flush())
  const text = JSON.stringify(backend.beacons)
  assert.ok(text.includes('GET:/v1/orders/:id'))
  assert.ok(text.includes('show:/pages/order/order'))
  assert.ok(text.includes('stock.gone'))
  assert.ok(!/ord_|138|sub_|tok_|token|openid/.test(text))
})

test('beacons are batched, bounded, and never retried', async () => {
  const { yumen, backend, seen, ended } = bench({ measure: { share: 1 }, fault: (request, n) => (request.path === '/v1/beacons' && n === 1 ? '502' : undefined) })
  for (let n = 0; n < 500; n++) yumen.measure.count('step.' + n)
  await ended(yumen.measure.flush())
  const batches = seen.filter((one) => one.path === '/v1/beacons')
  assert.ok(batches.every((one) => one.body.beacons.length <= 30 && JSON.stringify(one.body).length < 16_384))
  assert.equal(batches.length, 2)
  assert.equal(backend.beacons.length, 1)
  assert.equal(backend.beacons[0].dropped, 470)
})

test('only a share of visits measures, and `false` measures nothing', async () => {
  let on = 0
  for (let seed = 1; seed <= 200; seed++) on += bench({ seed: seed * 7919, measure: { share: 0.25 } }).yumen.measure.on ? 1 : 0
  assert.ok(on > 20 && on < 90, String(on))
  assert.equal(bench({ measure: false }).yumen.measure.on, false)
})
