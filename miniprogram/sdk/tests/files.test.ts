import assert from 'node:assert/strict'
import { test } from 'node:test'

import { bench } from '../testing/index'

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

test('an upload carries the key that its caller chose, so that the caller may repeat it', async () => {
  const { yumen, seen, ended, backend } = bench()
  backend.routes['POST /v1/files'] = () => ({ status: 200, body: { id: 'f' } })
  for (let time = 0; time < 2; time++) await ended(yumen.files.upload('/v1/files', 'a.png', 'file', undefined, { key: 'once' }))
  assert.deepEqual(seen.filter((one) => one.path === '/v1/files').map((one) => one.headers['idempotency-key']), ['once', 'once'])
})

test('a file that has arrived is not called off when its page goes', async () => {
  const { yumen, aborted, ended, backend } = bench()
  backend.routes['GET /v1/files/f'] = () => ({ status: 200, body: 'bytes' })
  const scope = yumen.api.scope()
  await ended(yumen.files.download('/v1/files/f', undefined, { scope, session: 'none' }))
  scope.end()
  assert.deepEqual(aborted, [])
})

test('a file that is refused for another reason than the session is not asked for again', async () => {
  const { yumen, seen, codes, ended, backend } = bench()
  backend.routes['POST /v1/files'] = () => ({ status: 413, body: { code: 'request.too_large', title: 'Too large', status: 413 } })
  assert.equal((await ended(yumen.files.upload('/v1/files', 'a.png', 'file'))).problem.status, 413)
  assert.equal(seen.filter((one) => one.path === '/v1/files').length, 1)
  assert.equal(codes.length, 1)
})
