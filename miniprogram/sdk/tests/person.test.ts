import assert from 'node:assert/strict'
import { test } from 'node:test'

import { among, isOutdated, matching, numeric, words } from '../src/index'
import { older } from '../src/messages'
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

test('a phone number is bound by the button\'s code, and a denied one is no error', async () => {
  const { yumen, ended } = bench()
  assert.equal((await ended(yumen.person.bindPhone({ errMsg: 'getPhoneNumber:ok', code: 'abc' }))).value!.masked, '138****0000')
  for (const detail of [{ errMsg: 'getPhoneNumber:fail user deny' }, { errMsg: 'getPhoneNumber:fail', errno: 104 }, {}]) {
    assert.equal((await ended(yumen.person.bindPhone(detail))).value, null)
  }
  assert.equal((await ended(yumen.person.bindPhone({ errMsg: 'getPhoneNumber:fail', errno: 1400001 }))).problem.code, 'phone.quota')
  assert.ok((await ended(yumen.person.bindPhone({ errMsg: 'getPhoneNumber:fail jsapi has no permission' }))).problem)
})

test('an address comes as the body that the shop takes, and a closed address book is no error', async () => {
  const { yumen, phone, ended } = bench()
  assert.equal((await ended(yumen.person.chooseAddress())).value, null)
  phone.address = { userName: '李', telNumber: '13800000000', provinceName: '上海市', cityName: '上海市', countyName: '黄浦区', detailInfo: '旧', streetName: '南京路', detailInfoNew: '1号', postalCode: '200000' }
  assert.deepEqual((await ended(yumen.person.chooseAddress())).value, {
    recipient: '李', phone: '13800000000', province: '上海市', city: '上海市', district: '黄浦区', street: '南京路1号', postcode: '200000',
  })
})

test('a picture goes up by WeChat\'s own upload and tells its progress', async () => {
  const { yumen, seen, ended } = bench()
  const told: number[] = []
  assert.equal((await ended(yumen.person.setAvatar('wxfile://tmp/a.PNG', (p) => told.push(p.sent / p.total)))).problem, undefined)
  const sent = seen.find((one) => one.path === '/v1/profile/avatar')!
  assert.deepEqual([sent.method, sent.body, told], ['POST', { file: 'wxfile://tmp/a.PNG' }, [0.5]])
  assert.match(sent.headers['idempotency-key'], /^k/)
})

test('where WeChat cannot upload, a picture goes as bytes of its kind', async () => {
  const { yumen, phone, seen, ended } = bench({ missing: ['uploadFile'] })
  phone.file = new ArrayBuffer(4)
  assert.equal((await ended(yumen.person.setAvatar('wxfile://tmp/a.PNG'))).problem, undefined)
  const sent = seen.find((one) => one.path === '/v1/profile/avatar')!
  assert.deepEqual([sent.method, sent.headers['content-type'], (sent.body as ArrayBuffer).byteLength], ['POST', 'image/png', 4])
  phone.file = null
  assert.ok((await ended(yumen.person.setAvatar('gone.png'))).problem)
})

test('an upload whose session lapsed goes once more, and never in the name of another', async () => {
  const { yumen, backend, codes, seen, ended } = bench()
  await ended(yumen.session.open())
  backend.lapse()
  assert.equal((await ended(yumen.person.setAvatar('a.png'))).problem, undefined)
  assert.equal(seen.filter((one) => one.path === '/v1/profile/avatar').length, 2)
  assert.equal(codes.length, 2)
  backend.lapse()
  backend.person = 'sub_two'
  assert.equal((await ended(yumen.person.setAvatar('a.png'))).problem.code, 'session.switched')
  assert.equal(seen.filter((one) => one.path === '/v1/profile/avatar').length, 3)
})

test('one\'s own picture comes as an address that an image can show', async () => {
  const { yumen, backend, ended } = bench()
  assert.equal((await ended(yumen.person.avatar())).value, '')
  backend.routes['GET /v1/profile'] = () => ({ status: 200, body: { has_avatar: true } })
  for (const [first, kind] of [[137, 'png'], [82, 'webp'], [255, 'jpeg']] as const) {
    for (const length of [4, 5, 6]) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at ? 249 + at : first))
      backend.routes['GET /v1/profile/avatar'] = () => ({ status: 200, body: bytes.buffer })
      const wanted = `data:image/${kind};base64,${Buffer.from(bytes).toString('base64')}`
      assert.equal((await ended(yumen.person.avatar())).value, wanted)
    }
  }
})

test('uploads and downloads tell their progress and end with their page', async () => {
  const { yumen, host, held, ended, backend } = bench()
  backend.routes['POST /v1/files'] = () => ({ status: 200, body: { id: 'f' } })
  backend.routes['GET /v1/files/f'] = () => ({ status: 200, body: 'bytes' })
  const told: number[] = []
  assert.deepEqual((await ended(yumen.files.upload('/v1/files', 'a.png', 'file', (p) => told.push(p.sent / p.total)))).value, { id: 'f' })
  assert.deepEqual(told, [0.5])
  assert.equal((await ended(yumen.files.download('/v1/files/f'))).value, 'wxfile://tmp_1')
  assert.equal((await ended(yumen.files.download('/v1/files/none'))).problem.status, 404)
  const scope = yumen.api.scope()
  const gone = held(yumen.files.download('/v1/files/f', undefined, { scope }))
  await host.advance(5)
  scope.end()
  await host.settle()
  assert.equal((await gone).problem.kind, 'gone')
})

test('what is kept can be read by anybody, copied by its person, and deleted with the account', async () => {
  const { yumen, codes, storage, ended } = bench()
  assert.equal((await ended(yumen.person.information())).value![0].code, 'profile.details')
  assert.equal(codes.length, 0)
  assert.equal((await ended(yumen.person.copy())).value!.parts[0].values.nickname, 'Mei')
  assert.equal((await ended(yumen.person.deleteAccount())).value!.erased, 3)
  assert.equal(yumen.session.state, 'none')
  assert.deepEqual([...storage.keys()].filter((key) => /session|person|queue|cache/.test(key)), [])
  assert.equal((await ended(yumen.api.get('/v1/me'))).problem.code, 'session.closed')
})

test('subscribe messages: at most as many as this WeChat takes, and every answer is an answer', async () => {
  const first = bench()
  first.phone.subscribe = { a: 'accept', b: 'reject', c: 'acceptWithAudio', d: 'odd' }
  assert.deepEqual((await first.ended(first.yumen.messages.ask(['a', 'b', 'c', 'd']))).value, { a: 'accept', b: 'reject', c: 'accept', d: 'unknown' })
  first.phone.subscribe = { errMsg: 'requestSubscribeMessage:fail main switch is switched off', errCode: 20004 }
  assert.deepEqual((await first.ended(first.yumen.messages.ask(['a']))).value, { a: 'unknown' })
  first.phone.subscribe = { errMsg: 'requestSubscribeMessage:fail no template', errCode: 20001 }
  assert.ok((await first.ended(first.yumen.messages.ask(['a']))).problem)
  const old = bench({ library: '2.8.2' })
  let asked: string[] = []
  old.wx.requestSubscribeMessage = (o) => (asked = o.tmplIds, o.success!({}))
  await old.ended(old.yumen.messages.ask(['1', '2', '3', '4', '1']))
  assert.deepEqual(asked, ['1', '2', '3'])
  assert.deepEqual([older('2.9.9', '2.10.0'), older('2.10.0', '2.10.0'), older('3.0.0', '2.10.0')], [true, false, false])
})

test('hostile parameters become what the page can use', () => {
  const { yumen } = bench()
  const table = {
    id: matching(/prd_[0-9a-z]{26}/, ''), page: numeric(1, 100, 1), sort: among(['newest', 'cheapest'], 'newest'), q: words(10),
  }
  const id = 'prd_' + '0'.repeat(26)
  assert.deepEqual(yumen.links.read({ id, page: '7', sort: 'cheapest', q: '%E8%8C%B6' }, table), { id, page: 7, sort: 'cheapest', q: '茶' })
  for (const text of ['../../admin', "' or 1=1--", '<script>', '%00', '%', id + '\n', '__proto__', '1e3', '-1', '99999999999999999999', 'x'.repeat(9_999)]) {
    const read = yumen.links.read({ id: text, page: text, sort: text, q: text, extra: text }, table)
    assert.deepEqual([read.id, read.page, read.sort, Object.keys(read).length], ['', 1, 'newest', 4], text)
    assert.ok(read.q.length <= 10 && !/[\u0000-\u001f]/.test(read.q))
  }
  assert.deepEqual(yumen.links.read(undefined, table), { id: '', page: 1, sort: 'newest', q: '' })
  assert.deepEqual(yumen.links.read(JSON.parse('{"__proto__":{"page":"9"},"constructor":"x","page":["5"]}'), table).page, 1)
  assert.equal(({} as { page?: string }).page, undefined)
})

test('the scene of a QR code is written within WeChat\'s bounds and read back', () => {
  const { yumen } = bench()
  const scene = yumen.links.scene({ p: 'tea-1', s: 12 })
  assert.equal(scene, 'p=tea-1&s=12')
  const table = { p: matching(/[a-z0-9-]{1,20}/, ''), s: numeric(0, 99, 0) }
  assert.deepEqual(yumen.links.read({ scene: encodeURIComponent(scene) }, table), { p: 'tea-1', s: 12 })
  assert.deepEqual(yumen.links.read({ scene: 'p%3Devil%26p%3Dlast%26__proto__%3D1', p: 'first' }, table).p, 'first')
  assert.throws(() => yumen.links.scene({ p: 'x'.repeat(40) }), { code: 'link.scene_unfit' })
  assert.throws(() => yumen.links.scene({ p: '茶' }), { code: 'link.scene_unfit' })
})

test('a share card leads into this app only, and carries what it was given', () => {
  const { yumen } = bench()
  assert.deepEqual(yumen.links.share({ title: 'Tea', page: 'pages/product/product', params: { id: 'a b' }, image: 'https://x/y.png' }),
    { title: 'Tea', path: '/pages/product/product?id=a%20b', imageUrl: 'https://x/y.png' })
  for (const page of ['https://evil.example', '//evil', '/pages/../x', 'pages', '/pages/x?y=1', 'javascript:x/y']) {
    assert.throws(() => yumen.links.path(page), { code: 'link.page_unfit' }, page)
  }
})

test('the till code is renewed before it ends, and not after the page is gone', async () => {
  const { yumen, host } = bench()
  const shown: unknown[] = []
  const stop = yumen.loyalty.watchCode((code) => shown.push(code && code.code))
  await host.advance(60_000 * 3)
  assert.equal(new Set(shown).size, 4)
  stop()
  await host.advance(600_000)
  assert.equal(shown.length, 4)
})
