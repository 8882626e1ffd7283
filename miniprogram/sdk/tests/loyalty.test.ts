import assert from 'node:assert/strict'
import { test } from 'node:test'

import { bench } from '../testing/index'

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

test('a till code that is late is asked for again soon, a refused one is not, and a short one not at once', async () => {
  const asked = (one: ReturnType<typeof bench>) => one.seen.filter((each) => each.path === '/v1/loyalty/card/code').length
  const late = bench({ fault: (request) => (request.path === '/v1/loyalty/card/code' ? 'reset' : undefined) })
  const stop = late.yumen.loyalty.watchCode(() => undefined)
  await late.host.advance(1_000)
  const first = asked(late)
  await late.host.advance(20_000)
  assert.ok(asked(late) > first + 1, `${first}, then ${asked(late)}`)
  stop()

  const refused = bench()
  refused.backend.routes['GET /v1/loyalty/card/code'] = () => ({ status: 404, body: { code: 'loyalty.not_member', title: 'None', status: 404 } })
  const said: unknown[] = []
  refused.yumen.loyalty.watchCode((code, problem) => said.push(code, problem && problem.code))
  await refused.host.advance(600_000)
  assert.deepEqual(said, [null, 'loyalty.not_member'])
  assert.equal(asked(refused), 1)

  const short = bench()
  short.backend.routes['GET /v1/loyalty/card/code'] = () =>
    ({ status: 200, body: { code: '1', expires_at: new Date(short.host.now() + 1_000).toISOString() } })
  short.yumen.loyalty.watchCode(() => undefined)
  await short.host.advance(21_000)
  assert.ok(asked(short) >= 4 && asked(short) <= 5, String(asked(short)))
})

test('a page that goes while its till code is on the way sees none, and one that has its code leaves no timer', async () => {
  const { yumen, host, ended } = bench()
  await ended(yumen.session.open())
  let shown = 0
  const before = yumen.loyalty.watchCode(() => shown++)
  await host.advance(60)
  before()
  await host.advance(600_000)
  assert.equal(shown, 0)
  const after = yumen.loyalty.watchCode(() => shown++)
  await host.advance(1_000)
  assert.deepEqual([shown, host.timers], [1, 1])
  after()
  assert.equal(host.timers, 0)
})
