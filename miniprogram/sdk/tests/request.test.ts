import assert from 'node:assert/strict'
import { test } from 'node:test'

import { YumenError } from '../src/index'
import { pauseMs } from '../src/requests'
import { bench } from '../testing/index'
import type { Fault } from '../testing/index'

const twoHosts = { kind: 'https' as const, hosts: ['https://one.example.cn', 'https://two.example.cn/'] }

test('a read that fails passes on the second try, whatever the failure was', async () => {
  for (const fault of ['lost', 'reply_lost', 'reset', 'html', '502', '429', 'interrupted'] as Fault[]) {
    const { yumen, ended } = bench({ fault: (request, n) => (n === 1 ? fault : undefined) })
    const { value, problem } = await ended(yumen.api.get('/v1/notices', { session: 'none' }))
    assert.equal(problem, undefined, String(fault))
    assert.ok((value as { items: unknown[] }).items.length)
  }
})

test('every failure that stays becomes a typed error in the person\'s language', async () => {
  const expected: [Fault, string, string][] = [
    ['lost', 'network', 'network.timeout'], ['reset', 'network', 'network.unreachable'],
    ['html', 'server', 'server.unreadable'], ['502', 'server', 'server.unavailable'], ['429', 'server', 'rate.exceeded'],
  ]
  for (const [fault, kind, code] of expected) {
    for (const language of ['en', 'zh'] as const) {
      const { yumen, ended } = bench({ fault: () => fault, language })
      const { problem } = await ended(yumen.api.get('/v1/notices', { session: 'none' }))
      assert.ok(problem instanceof YumenError)
      assert.equal(problem.kind, kind)
      assert.equal(problem.code, code)
      if (fault !== '429') assert.equal(/[\u4e00-\u9fff]/.test(problem.message), language === 'zh', problem.message)
    }
  }
})

test('no call lasts longer than its network allows, however it fails', async () => {
  for (const [type, most] of [['wifi', 20_000], ['3g', 40_000], ['2g', 60_000]] as const) {
    for (const fault of ['lost', { stallMs: 90_000 }, '502'] as Fault[]) {
      const { yumen, host, ended } = bench({ fault: () => fault, network: type })
      const began = host.now()
      let took = 0
      await ended(yumen.api.get('/v1/notices', { session: 'none' }).catch(() => (took = host.now() - began)))
      assert.ok(took > 0 && took <= most + 1_500, `${type} ${JSON.stringify(fault)} took ${took}`)
    }
  }
})

test('a write is done once though its answer was lost, since each try carries the same key', async () => {
  const { yumen, backend, seen, ended } = bench({
    fault: (request) => (request.path === '/v1/orders' && seen.filter((one) => one.path === '/v1/orders').length === 1 ? 'reply_lost' : undefined),
  })
  const { value } = await ended(yumen.api.post<{ id: string }>('/v1/orders', { lines: [] }))
  const tries = seen.filter((one) => one.path === '/v1/orders')
  assert.equal(tries.length, 2)
  assert.equal(new Set(tries.map((one) => one.headers['idempotency-key'])).size, 1)
  assert.deepEqual(backend.orders.map((one) => one.id), [value!.id])
})

test('two writes never share a key', async () => {
  const { yumen, seen, ended } = bench()
  await ended(Promise.all(Array.from({ length: 50 }, () => yumen.api.post('/v1/data-copy'))))
  const keys = seen.filter((one) => one.path === '/v1/data-copy').map((one) => one.headers['idempotency-key'])
  assert.equal(new Set(keys).size, 50)
  assert.ok(keys.every((key) => /^[\x21-\x7e]{8,128}$/.test(key)))
})

test('a write that is not idempotent is tried once and says that its fate is open', async () => {
  const { yumen, seen, ended } = bench({ fault: () => 'reply_lost' })
  const { problem } = await ended(yumen.api.post('/v1/x', {}, { session: 'none', idempotent: false }))
  assert.equal(seen.length, 1)
  assert.equal(seen[0].headers['idempotency-key'], undefined)
  assert.equal(problem.unsettled, true)
})

test('what the server refuses is not asked again', async () => {
  const { yumen, backend, seen, ended } = bench()
  backend.routes['GET /v1/x'] = () => ({ status: 409, body: { code: 'order.price_changed', title: 'The price has changed.', at: '/expected_fen', request_id: 'req_1' } })
  const { problem } = await ended(yumen.api.get('/v1/x', { session: 'none' }))
  assert.equal(seen.length, 1)
  assert.deepEqual([problem.kind, problem.code, problem.message, problem.status, problem.at, problem.requestId],
    ['refused', 'order.price_changed', 'The price has changed.', 409, '/expected_fen', 'req_1'])
})

test('Retry-After is waited for, and a wait longer than the deadline is not begun', async () => {
  for (const [seconds, tries] of [[2, 2], [300, 1]]) {
    const { yumen, backend, seen, host, ended } = bench()
    let busy = true
    const times: number[] = []
    backend.routes['GET /v1/x'] = () => {
      times.push(host.now())
      if (!busy) return { status: 200, body: { ok: true } }
      busy = false
      return { status: 503, body: { code: 'upstream.unavailable', title: 'Busy' }, headers: { 'Retry-After': String(seconds) } }
    }
    await ended(yumen.api.get('/v1/x', { session: 'none' }))
    assert.equal(seen.length, tries)
    if (tries > 1) assert.ok(times[1] - times[0] >= seconds * 1000)
  }
})

test('pauses double, are spread by chance, and have a bound', () => {
  const problem = new YumenError('network', 'network.timeout', '')
  assert.deepEqual([1, 2, 3, 9].map((tried) => pauseMs(tried, problem, 1)), [300, 600, 1200, 5000])
  assert.equal(pauseMs(3, problem, 0), 0)
  assert.equal(pauseMs(2, new YumenError('server', 'x', '', { retryAfterMs: 1000 }), 0.5), 1300)
})

test('without a network the person is told at once, without tries', async () => {
  const { yumen, seen, host, ended } = bench({ network: 'none' })
  const began = host.now()
  let took = -1
  const { problem } = await ended(yumen.api.get('/v1/notices', { session: 'none' }).finally(() => (took = host.now() - began)))
  assert.equal(problem.code, 'network.offline')
  assert.equal(seen.length, 1)
  assert.ok(took < 100)
})

test('a host that fails is left for the next one, kept to for five minutes, then tried again', async () => {
  let down = true
  const { yumen, seen, host, ended } = bench({ road: twoHosts, fault: (request) => (down && request.url.includes('//one.') ? 'reset' : undefined) })
  await ended(yumen.api.get('/v1/notices', { session: 'none' }))
  await ended(yumen.api.get('/v1/notices', { session: 'none' }))
  assert.deepEqual(seen.map((one) => one.url.slice(8, 11)), ['one', 'two', 'two'])
  down = false
  await host.advance(300_001)
  await ended(yumen.api.get('/v1/notices', { session: 'none' }))
  assert.equal(seen[3].url, 'https://one.example.cn/v1/notices')
})

test('many calls that fail at once turn to the next host, not past it', async () => {
  const { yumen, seen, ended } = bench({ road: twoHosts, fault: (request) => (request.url.includes('//one.') ? 'reset' : undefined) })
  const { problem } = await ended(Promise.all([1, 2, 3, 4].map((n) => yumen.api.get('/v1/notices', { session: 'none', query: { n } }))))
  assert.equal(problem, undefined)
  assert.equal(seen.filter((one) => one.url.includes('//two.')).length, 4)
})

test('the same read in flight is asked once, and each caller may leave without the others', async () => {
  const { yumen, seen, aborted, host, held, ended } = bench()
  const [one, two] = [yumen.api.scope(), yumen.api.scope()]
  const ask = { session: 'none' as const }
  const first = held(yumen.api.get('/v1/notices', { ...ask, scope: one }))
  const second = yumen.api.get('/v1/notices', { ...ask, scope: two })
  await host.advance(1)
  one.end()
  assert.equal((await first).problem.code, 'request.gone')
  assert.ok((await ended(second)).value)
  assert.equal(seen.length, 1)
  assert.equal(aborted.length, 0)
})

test('when the last caller leaves, the exchange is aborted; a new caller then begins a new one', async () => {
  const { yumen, seen, aborted, host, held, ended } = bench()
  const scope = yumen.api.scope()
  const first = held(yumen.api.get('/v1/notices', { session: 'none', scope }))
  await host.advance(1)
  scope.end()
  const second = ended(yumen.api.get('/v1/notices', { session: 'none' }))
  assert.equal((await first).problem.kind, 'gone')
  assert.ok((await second).value)
  assert.equal(aborted.length, 1)
  assert.equal(seen.length, 2)
})

test('a read that began before a write is no answer to who asks after it', async () => {
  const { yumen, backend, host, held, ended } = bench({ fault: (request, count) => (request.method === 'GET' && count < 3 ? { lateMs: 2_000 } : undefined) })
  backend.routes['GET /v1/cart'] = () => ({ status: 200, body: { ...backend.cart } })
  await ended(yumen.session.open())
  const before = held(yumen.api.get('/v1/cart'))
  await host.advance(100)
  const write = held(yumen.api.put('/v1/cart/tea', { quantity: 2 }))
  await host.advance(200)
  const after = held(yumen.api.get('/v1/cart'))
  await host.settle()
  await write
  assert.deepEqual([(await before).value, (await after).value], [{}, { tea: 2 }])
})

test('a write that has left goes on when its page is gone', async () => {
  const { yumen, backend, aborted, host, held, ended } = bench()
  await ended(yumen.session.open())
  const scope = yumen.api.scope()
  const write = held(yumen.api.post('/v1/orders', { lines: [] }, { scope }))
  await host.advance(10)
  scope.end()
  assert.equal((await write).problem.code, 'request.gone')
  await host.settle()
  assert.equal(aborted.length, 0)
  assert.equal(backend.orders.length, 1)
  assert.equal((await ended(yumen.api.get('/v1/me', { scope }))).problem.code, 'request.gone')
})

test('what is known is asked for by its ETag, served from memory while fresh, and offline if wished', async () => {
  const { yumen, backend, seen, phone, host, restart, ended } = bench()
  let version = 1
  backend.routes['GET /v1/products'] = (request) => request.headers['if-none-match'] === `"${version}"`
    ? { status: 304, headers: { ETag: `"${version}"` } } : { status: 200, body: { version }, headers: { ETag: `"${version}"` } }
  const ask = { session: 'if_open' as const, freshMs: 1_000, stale: true }
  const read = async (): Promise<unknown> => (await ended(yumen.api.get<{ version: number }>('/v1/products', ask))).value?.version
  assert.equal(await read(), 1)
  assert.equal(await read(), 1)
  assert.equal(seen.length, 1)
  await host.advance(1_001)
  assert.equal(await read(), 1)
  assert.equal(seen[1].headers['if-none-match'], '"1"')
  version = 2
  await host.advance(1_001)
  assert.equal(await read(), 2)
  phone.setNetwork('none')
  await host.advance(1_001)
  assert.equal(await read(), 2)
  const again = restart()
  assert.equal((await ended(again.api.get<{ version: number }>('/v1/products', ask))).value!.version, 2)
  assert.equal((await ended(again.api.get('/v1/products', { ...ask, stale: false }))).problem.code, 'network.offline')
})

test('what a logged-in person read is not written to the phone, and not shown to the next one', async () => {
  const { yumen, backend, storage, ended, phone } = bench()
  backend.routes['GET /v1/products'] = (_, subject) => ({ status: 200, body: { price_of: subject }, headers: { ETag: '"1"' } })
  await ended(yumen.session.open())
  const ask = { session: 'if_open' as const, stale: true }
  await ended(yumen.api.get('/v1/products', ask))
  assert.ok(![...storage.values()].some((kept) => JSON.stringify(kept).includes('price_of')))
  await ended(yumen.session.close())
  phone.setNetwork('none')
  assert.equal((await ended(yumen.api.get('/v1/products', ask))).problem.code, 'network.offline')
})

test('at most eight exchanges run at once, and all of them come home', async () => {
  const { yumen, seen, host, ended } = bench({ backend: () => ({ status: 200, body: {} }), fault: () => ({ stallMs: 500 }) })
  const all = Promise.all(Array.from({ length: 30 }, (_, n) => yumen.api.get('/v1/x', { session: 'none', query: { n } })))
  await host.advance(100)
  assert.equal(seen.length, 8)
  assert.equal((await ended(all)).value!.length, 30)
  assert.equal(seen.length, 30)
})

test('a path cannot leave its host, whatever an app puts into it', async () => {
  const { yumen, seen, ended } = bench()
  for (const path of ['//evil.example/x', 'https://evil.example', '/v1/../staff', '/v1/%2e%2e/staff', '/v1/x?y', '/v1/x#y', '/v1/\\x', '/v1/ x', '/v1/%2E', '/v1/.', '', 'v1/x']) {
    const { problem } = await ended(yumen.api.get(path, { session: 'none' }))
    assert.equal(problem?.code, 'request.path_unfit', path)
  }
  assert.equal(seen.length, 0)
})

test('a PATCH travels as a POST that says so, since wx.request has none', async () => {
  const { yumen, seen, ended } = bench()
  await ended(yumen.person.change({ nickname: 'Mei' }))
  const sent = seen.find((one) => one.path === '/v1/profile')!
  assert.deepEqual([sent.method, sent.headers['x-http-method-override'], sent.body.nickname], ['POST', 'PATCH', 'Mei'])
})

test('a domain that is not in the list is told apart from a bad network', async () => {
  const { yumen, wx, ended } = bench()
  wx.request = (o) => {
    o.fail!({ errMsg: 'request:fail url not in domain list', errno: 600002 })
    return { abort: () => undefined }
  }
  const { problem } = await ended(yumen.api.get('/v1/x', { session: 'none' }))
  assert.equal(problem.code, 'network.domain')
  assert.equal(problem.kind, 'refused')
})

test('a wx.request that throws, or never answers, still ends', async () => {
  for (const request of [() => { throw new Error('boom') }, () => ({ abort: () => undefined })]) {
    const { yumen, wx, ended } = bench()
    wx.request = request as never
    const { problem } = await ended(yumen.api.get('/v1/x', { session: 'none', tries: 2 }))
    assert.equal(problem.kind, 'network')
  }
})

test('the cloud road carries the same calls, and says so where it is missing', async () => {
  const road = { kind: 'cloud' as const, env: 'prod-1', service: 'yumen', prefix: '/api' }
  const sent: any[] = []
  const first = bench({ road })
  first.wx.cloud = {
    init: (o) => sent.push(o),
    callContainer(o) {
      sent.push(o)
      o.success!({ statusCode: 200, data: { ok: true }, header: {} })
    },
  }
  assert.deepEqual((await first.ended(first.yumen.api.get('/v1/x', { session: 'none' }))).value, { ok: true })
  assert.equal((await first.ended(first.yumen.api.get('/v1/y', { session: 'none' }))).problem, undefined)
  assert.equal(sent.length, 3)
  assert.deepEqual([sent[1].path, sent[1].config.env, sent[1].header['X-WX-SERVICE']], ['/api/v1/x', 'prod-1', 'yumen'])
  const second = bench({ road })
  assert.equal((await second.ended(second.yumen.api.get('/v1/x', { session: 'none' }))).problem.code, 'unsupported')
})

test('an old base library with nothing but request and login still shops', async () => {
  const { yumen, ended, backend } = bench({
    missing: ['getStorageSync', 'setStorageSync', 'removeStorageSync', 'getNetworkType', 'onNetworkStatusChange', 'onAppShow',
      'onAppHide', 'onError', 'getAppBaseInfo', 'getDeviceInfo', 'getPrivacySetting', 'onNeedPrivacyAuthorization',
      'openPrivacyContract', 'chooseAddress', 'getFileSystemManager', 'requestPayment', 'requestSubscribeMessage', 'uploadFile', 'downloadFile'],
  })
  yumen.privacy.mount((ask) => ask && yumen.privacy.agree('agree'))
  const { value } = await ended(yumen.pay.place({ lines: [{ sku: 'tea-1', quantity: 1 }], expected_fen: 100 }))
  assert.equal(value!.state, 'awaiting_payment')
  const calls: (() => Promise<unknown>)[] = [
    () => yumen.pay.pay(value!.id), () => yumen.person.chooseAddress(), () => yumen.person.setAvatar('a.png'),
    () => yumen.messages.ask(['t']), () => yumen.privacy.openContract(),
    () => yumen.files.upload('/v1/x', 'a', 'b'), () => yumen.files.download('/v1/x'),
  ]
  for (const call of calls) assert.equal((await ended(call())).problem.code, 'unsupported')
  assert.equal(backend.orders.length, 1)
})

test('a server that refuses every token is asked twice, not for ever', async () => {
  const { yumen, backend, codes, seen, ended } = bench()
  backend.routes['GET /v1/x'] = () => ({ status: 401, body: { code: 'auth.invalid', title: 'Who?' } })
  assert.equal((await ended(yumen.api.get('/v1/x'))).problem.code, 'auth.invalid')
  assert.equal(seen.filter((one) => one.path === '/v1/x').length, 2)
  assert.equal(codes.length, 2)
})

test('a failure that comes late does not turn back to a host that failed since', async () => {
  const hosts = ['https://one.example.cn', 'https://two.example.cn', 'https://six.example.cn']
  const { yumen, seen, host, held, ended } = bench({
    road: { kind: 'https', hosts },
    fault: (request) => (request.url.includes('//six.') ? undefined : request.path === '/v1/notices' ? 'lost' : 'reset'),
  })
  const late = held(yumen.api.get('/v1/notices', { session: 'none' }))
  await host.advance(1)
  await held(ended(yumen.api.get('/v1/information', { session: 'none' })))
  assert.ok((await late).value)
  assert.deepEqual(seen.filter((one) => one.path === '/v1/notices').map((one) => one.url.slice(8, 11)), ['one', 'six'])
})
