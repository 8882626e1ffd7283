import assert from 'node:assert/strict'
import { test } from 'node:test'

import { bench } from '../testing/index'

const count = (all: string[], name: string): number => all.filter((one) => one === name).length

test('ten callers at once make one login and share its token', async () => {
  const { yumen, backend, codes, ended } = bench()
  const { value } = await ended(Promise.all(Array.from({ length: 10 }, () => yumen.api.get('/v1/me'))))
  assert.equal(value!.length, 10)
  assert.equal(codes.length, 1)
  assert.equal(count(backend.asked, 'POST /v1/login'), 1)
})

test('a login whose answer is lost is asked again with the same code and key, and opens one session', async () => {
  const { yumen, backend, codes, ended } = bench({
    fault: (request, n) => (request.path === '/v1/login' && n === 1 ? 'reply_lost' : undefined),
  })
  const { value } = await ended(yumen.session.open())
  assert.equal(value!.subject, 'sub_one')
  assert.deepEqual(backend.spent, ['code-1'])
  assert.equal(codes.length, 1)
  assert.equal(backend.codeKeys['code-1'].length, 1)
  assert.equal(count(backend.asked, 'POST /v1/login'), 2)
})

test('a code that the server calls spent is given up for a new one, once', async () => {
  const { yumen, backend, codes, ended } = bench()
  backend.spent.push('code-1')
  const { value } = await ended(yumen.session.open())
  assert.equal(value!.subject, 'sub_one')
  assert.deepEqual(codes, ['code-1', 'code-2'])
  assert.ok(Object.values(backend.codeKeys).every((keys) => keys.length === 1))
})

test('two spent codes in a row are an error that the person sees, not a loop', async () => {
  const { yumen, backend, codes, ended } = bench()
  backend.spent.push('code-1', 'code-2')
  const { problem } = await ended(yumen.session.open())
  assert.equal(problem.code, 'wechat.code_used')
  assert.equal(codes.length, 2)
})

test('a refused login is not asked again within five seconds', async () => {
  const { yumen, backend, codes, host, ended } = bench()
  backend.spent.push('code-1', 'code-2', 'code-3', 'code-4')
  await ended(yumen.session.open())
  await ended(yumen.session.open())
  assert.equal(codes.length, 2)
  await host.advance(5_001)
  await ended(yumen.session.open())
  assert.equal(codes.length, 4)
})

test('a wx.login that never calls back ends with an error the person can leave', async () => {
  const { yumen, phone, ended, host } = bench()
  phone.login = 'hang'
  const { problem } = await ended(yumen.session.open())
  assert.equal(problem.code, 'session.login_failed')
  phone.login = 'ok'
  await host.advance(1)
  assert.equal((await ended(yumen.session.open())).value!.subject, 'sub_one')
})

test('a token that lapsed is replaced by one login although many calls were refused at once', async () => {
  const { yumen, backend, codes, ended } = bench()
  await ended(yumen.session.open())
  backend.lapse()
  const { value } = await ended(Promise.all(Array.from({ length: 8 }, () => yumen.api.post('/v1/data-copy'))))
  assert.equal(value!.length, 8)
  assert.equal(codes.length, 2)
})

test('a token past its half life is renewed in silence, once, and nobody waits for it', async () => {
  const { yumen, backend, codes, ended, host } = bench()
  await ended(yumen.session.open())
  const first = await yumen.session.token()
  await host.advance(16 * 86_400_000)
  const { value } = await ended(Promise.all([yumen.session.token(), yumen.session.token(), yumen.session.token()]))
  assert.deepEqual(value, [first, first, first])
  assert.equal(backend.rotations, 1)
  assert.notEqual(await yumen.session.token(), first)
  assert.equal(codes.length, 1)
})

test('a renewal whose answer is lost is asked again with the old token', async () => {
  let lose = true
  const { yumen, backend, codes, ended, host } = bench({
    fault: (request) => (request.path.endsWith('/rotate') && lose ? ((lose = false), 'reply_lost') : undefined),
  })
  await ended(yumen.session.open())
  await host.advance(16 * 86_400_000)
  await ended(yumen.session.token())
  assert.equal(backend.rotations, 2)
  assert.equal((await ended(yumen.api.get('/v1/me'))).problem, undefined)
  assert.equal(codes.length, 1)
})

test('a session survives the app: the next start asks for no code', async () => {
  const { yumen, restart, codes, ended } = bench()
  await ended(yumen.session.open())
  const again = restart()
  assert.equal(again.session.state, 'open')
  assert.equal((await ended(again.api.get('/v1/me'))).problem, undefined)
  assert.equal(codes.length, 1)
})

test('two copies of the SDK on one phone share the token that either found', async () => {
  const { yumen, restart, backend, codes, ended } = bench()
  await ended(yumen.session.open())
  const other = restart()
  backend.lapse()
  await ended(other.api.get('/v1/me'))
  await ended(yumen.api.get('/v1/me'))
  assert.equal(codes.length, 2)
})

test('a copy that finds another person logged in by the other copy says so, and forgets the first', async () => {
  const { yumen, restart, backend, ended } = bench()
  await ended(yumen.session.open())
  const events: string[] = []
  yumen.session.on((event) => events.push(event))
  const other = restart()
  backend.lapse()
  backend.person = 'sub_two'
  await ended(other.api.get('/v1/me'))
  assert.equal((await ended(yumen.api.get('/v1/me'))).problem.code, 'session.switched')
  assert.deepEqual(events, ['switched', 'opened'])
  assert.equal(yumen.session.subject, 'sub_two')
})

test('storage that is wiped or full under way costs nothing but the memory of it', async () => {
  const { yumen, phone, storage, restart, codes, ended } = bench()
  phone.storageFull = true
  assert.equal((await ended(yumen.api.get('/v1/me'))).problem, undefined)
  assert.deepEqual([...storage.keys()], ['yumen.privacy'])
  phone.wipe()
  assert.equal((await ended(yumen.api.get('/v1/me'))).problem, undefined)
  assert.equal(codes.length, 1)
  phone.storageFull = false
  const again = restart() // and with it the answer to the notice: the person is asked anew
  again.privacy.mount((ask) => ask && again.privacy.agree('agree'))
  assert.equal((await ended(again.api.get('/v1/me'))).problem, undefined)
  assert.equal(codes.length, 2)
})

test('whatever lies in the storage, the SDK starts', async () => {
  for (const rubbish of [7, 'x', [], {}, { token: 1 }, { token: 'a', subject: 'b' }, null, { token: '', subject: '', gotMs: 1, endsMs: 1 }]) {
    const { wx, storage, restart, ended } = bench()
    for (const key of ['session', 'queue', 'cache', 'privacy', 'placing', 'paying', 'skew', 'person', 'untold']) storage.set('yumen.' + key, rubbish)
    assert.ok(wx)
    const yumen = restart()
    yumen.privacy.mount((ask) => ask && yumen.privacy.agree('agree'))
    assert.equal(yumen.session.state, 'none')
    assert.equal((await ended(yumen.api.get('/v1/me'))).problem, undefined)
    assert.equal(yumen.queue.waiting, 0)
    assert.deepEqual((await ended(yumen.pay.resume())).value, [])
  }
})

test('a clock that is a day off, either way, makes neither a login loop nor a renewal storm', async () => {
  for (const jump of [86_400_000, -86_400_000, 40 * 86_400_000]) {
    const { yumen, backend, codes, host, ended } = bench()
    backend.now = (() => {
      const began = host.now()
      let passed = 0
      return () => began + (passed += 10)
    })()
    host.jump(jump)
    await ended(yumen.api.get('/v1/me'))
    for (let n = 0; n < 5; n++) await ended(yumen.api.get('/v1/me'))
    assert.equal(codes.length, 1, String(jump))
    assert.equal(backend.rotations, 0, String(jump))
  }
})

test('another person on the same phone: what the first one left is gone', async () => {
  const { yumen, backend, ended, phone } = bench()
  const events: string[] = []
  yumen.session.on((event) => events.push(event))
  await ended(yumen.session.open())
  phone.setNetwork('none')
  assert.equal((await ended(yumen.queue.later('PUT', '/v1/cart/tea-1', { quantity: 2 }))).value, 'kept')
  backend.lapse()
  backend.person = 'sub_two'
  phone.setNetwork('wifi')
  const orders = await ended(yumen.api.post('/v1/orders', { lines: [] }))
  assert.equal(orders.problem.code, 'session.switched')
  assert.deepEqual(backend.orders, [])
  assert.equal(yumen.session.subject, 'sub_two')
  assert.equal((await ended(yumen.api.get('/v1/me'))).problem, undefined)
  assert.ok(events.includes('switched'))
  assert.equal(yumen.queue.waiting, 0)
  assert.deepEqual(backend.cart, {})
})

test('logging out ends what was on its way, and nothing but a wish logs in again', async () => {
  const { yumen, codes, held, ended, storage, restart } = bench()
  await ended(yumen.session.open())
  const under = held(yumen.api.get('/v1/me'))
  await ended(yumen.session.close())
  await under
  assert.equal(yumen.session.state, 'none')
  assert.equal((await ended(yumen.api.get('/v1/me'))).problem.code, 'session.closed')
  assert.equal((await ended(restart().api.get('/v1/me'))).problem.code, 'session.closed')
  assert.equal(codes.length, 1)
  assert.deepEqual([...storage.keys()].filter((key) => /session|person|queue/.test(key)), [])
  assert.equal((await ended(yumen.session.open())).value!.subject, 'sub_one')
  assert.equal(codes.length, 2)
})

test('a login that comes home after a logout opens nothing', async () => {
  const { yumen, host, held, ended } = bench()
  const login = held(yumen.session.open())
  await host.advance(30)
  await ended(yumen.session.close())
  assert.equal((await login).problem.code, 'session.closed')
  assert.equal(yumen.session.state, 'none')
})

test('a refused session key opens a new session and asks for another tap', async () => {
  const { yumen, backend, codes, ended } = bench()
  await ended(yumen.session.open())
  backend.routes['POST /v1/phone'] = () => ({ status: 401, body: { code: 'phone.session_key_gone', title: 'Again', status: 401 } })
  const { problem } = await ended(yumen.person.bindPhone({ errMsg: 'getPhoneNumber:ok', encryptedData: 'AA==', iv: 'x'.repeat(24) }))
  assert.equal(problem.code, 'phone.session_key_gone')
  assert.equal(codes.length, 2)
})

test('a call that is refused because of the logout does not undo it', async () => {
  const { yumen, codes, host, held, ended } = bench({ fault: (request) => (request.path === '/v1/me' ? { stallMs: 2_000 } : undefined) })
  await ended(yumen.session.open())
  const late = held(yumen.api.get('/v1/me'))
  await host.advance(100)
  await ended(yumen.session.close())
  assert.equal((await late).problem.code, 'session.closed')
  assert.equal(yumen.session.state, 'none')
  assert.equal(codes.length, 1)
})

test('a refusal that comes late, of a token long replaced, costs no second login, even with a full storage', async () => {
  let first = true
  const { yumen, backend, codes, phone, host, held, ended } = bench({
    fault: (request) => (request.path === '/v1/data-copy' && first ? ((first = false), { stallMs: 4_000 }) : undefined),
  })
  await ended(yumen.session.open())
  phone.storageFull = true
  const slow = held(yumen.api.post('/v1/data-copy'))
  await host.advance(10)
  backend.lapse()
  const quick = held(yumen.api.get('/v1/me'))
  await host.advance(2_000)
  assert.equal((await quick).problem, undefined)
  await host.settle()
  assert.equal((await slow).problem, undefined)
  assert.equal(codes.length, 2)
})

test('a renewal that comes home after a new login does not bring the old person back', async () => {
  const { yumen, backend, host, ended, codes } = bench({
    fault: (request) => (request.path.endsWith('/rotate') ? { lateMs: 1_500 } : undefined), // within the first try
  })
  await ended(yumen.session.open())
  await host.advance(16 * 86_400_000)
  await yumen.session.token()
  await host.advance(100)
  backend.lapse()
  backend.person = 'sub_two'
  const under = yumen.api.get('/v1/me').catch(() => undefined)
  await ended(under)
  assert.equal(yumen.session.subject, 'sub_two')
  assert.equal((await ended(yumen.api.get<{ subject: string }>('/v1/me'))).value!.subject, 'sub_two')
  assert.equal(codes.length, 2)
})

test('a storage that fills up between two logins does not bring the old token back', async () => {
  const { yumen, backend, codes, phone, storage, ended } = bench()
  await ended(yumen.session.open())
  phone.storageFull = true
  backend.lapse()
  assert.equal((await ended(yumen.api.get('/v1/me'))).problem, undefined)
  assert.equal(storage.has('yumen.session'), false)
  backend.lapse()
  assert.equal((await ended(yumen.api.get('/v1/me'))).problem, undefined)
  assert.equal(codes.length, 3)
})

test('from nothing to the first answer there are two round trips, the fewest there can be: login, and the question', async () => {
  const { yumen, host, seen, ended } = bench({ roundTripMs: 300 })
  const began = host.now()
  let answered = 0
  await ended(yumen.api.get('/v1/me').then(() => (answered = host.now())))
  assert.deepEqual(seen.map((one) => one.path), ['/v1/login', '/v1/me'])
  // `wx.login` itself, WeChat's own affair, takes a moment on this phone
  assert.equal(Math.floor((answered - began) / 300), 2)
})

test('whoever is logged in already waits for one round trip alone', async () => {
  const { yumen, host, ended, restart } = bench({ roundTripMs: 300 })
  await ended(yumen.session.open())
  const again = restart()
  const began = host.now()
  let answered = 0
  await ended(again.api.get('/v1/me').then(() => (answered = host.now())))
  assert.equal(answered - began, 300)
})
