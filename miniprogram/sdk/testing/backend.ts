/** A backend for tests: the part of `/v1` that the SDK speaks, in memory, with the promises the real one makes. */

import type { Answer, Seen } from './wx'

interface FakeSession {
  subject: string
  id: string
  token: string
  endsMs: number
  /** The token before a rotation stays good for a minute. */
  before?: { token: string; untilMs: number }
}

interface FakeOrder {
  id: string
  subject: string
  state: string
  charged: number
  draft: unknown
}

export interface FakeBackend {
  answer(request: Seen): Answer
  /** Routes of the test's own, asked first: `'GET /v1/products': (request) => answer`. */
  routes: Record<string, (request: Seen, subject: string) => Answer>
  orders: FakeOrder[]
  consents: Record<string, string>
  beacons: any[]
  cart: Record<string, number>
  /** Codes that opened a session, each once. */
  spent: string[]
  /** How often each code arrived under how many keys. */
  codeKeys: Record<string, string[]>
  /** Every token of everybody stops to open anything. */
  lapse(): void
  /** Who logs in next. */
  person: string
  /** The person pays at WeChat; the shop learns of it when it asks. */
  pay(order: string): void
  now: () => number
  sessionMs: number
  /** Whether answers carry the server's `Date`. */
  dated: boolean
  rotations: number
  asked: string[]
}

export function fakeBackend(now: () => number = () => Date.now()): FakeBackend {
  const sessions: FakeSession[] = []
  const done = new Map<string, Answer>()
  const repeats = new Map<string, FakeSession>()
  const paid = new Set<string>()
  let count = 0
  const id = (prefix: string): string => prefix + '_' + String(++count).padStart(26, '0')
  const problem = (status: number, code: string): Answer =>
    ({ status, body: { type: 'urn:yumen:problem:' + code, title: 'Title of ' + code, status, code, request_id: id('req') } })
  const fine = (body?: unknown, status = 200): Answer => ({ status, body })

  const backend: FakeBackend = {
    routes: {}, orders: [], consents: {}, beacons: [], cart: {}, spent: [], codeKeys: {}, person: 'sub_one',
    now, sessionMs: 30 * 86_400_000, dated: true, rotations: 0, asked: [],
    lapse() {
      for (const one of sessions) one.endsMs = 0
    },
    pay: (order) => void paid.add(order),
    answer(request) {
      const said = reply(request)
      return backend.dated ? { ...said, headers: { ...said.headers, Date: new Date(backend.now()).toUTCString() } } : said
    },
  }

  function reply(request: Seen): Answer {
    const method = request.headers['x-http-method-override'] || request.method
    const name = method + ' ' + request.path
    backend.asked.push(name)
    if (name === 'POST /v1/login') return login(request)
    const token = (request.headers.authorization || '').replace('Bearer ', '')
    const session = token ? find(token) : undefined
    if (token && !session) return problem(401, 'auth.invalid')
    const subject = session ? session.subject : ''
    const own = backend.routes[name]
    if (own) return own(request, subject)
    if (name === 'GET /v1/information') return fine({ items: [INFORMATION] })
    if (name === 'GET /v1/notices') return fine({ items: NOTICES })
    if (name === 'POST /v1/beacons') return backend.beacons.push(request.body), fine(undefined, 204)
    if (!session) return problem(401, 'auth.missing')
    if (name === 'POST /v1/session/rotate') return rotate(session, token)
    const key = request.headers['idempotency-key']
    const kept = key && done.get(subject + key)
    if (kept) return kept
    const said = act(name, request, session)
    if (key && said.status < 300) done.set(subject + key, said)
    return said
  }

  function login(request: Seen): Answer {
    const { code, app } = request.body
    const key = request.headers['idempotency-key']
    const keys = (backend.codeKeys[code] = backend.codeKeys[code] || [])
    if (keys.indexOf(key) < 0) keys.push(key)
    if (!app || !/^code-/.test(code)) return problem(400, 'wechat.code_invalid')
    let session = repeats.get(code + key)
    if (!session) {
      if (backend.spent.indexOf(code) >= 0) return problem(409, 'wechat.code_used')
      backend.spent.push(code)
      session = { subject: backend.person, id: id('ses'), token: '', endsMs: backend.now() + backend.sessionMs }
      sessions.push(session)
      repeats.set(code + key, session)
    }
    session.token = id('tok')
    return fine(view(session))
  }

  const view = (one: FakeSession): unknown => ({
    token: one.token, session: one.id, subject: one.subject, expires_at: new Date(one.endsMs).toISOString(), enrolled: false,
  })
  const find = (token: string): FakeSession | undefined => sessions.find((one) => one.endsMs > backend.now()
    && (one.token === token || (!!one.before && one.before.token === token && one.before.untilMs > backend.now())))

  function rotate(session: FakeSession, token: string): Answer {
    backend.rotations++
    session.before = { token, untilMs: backend.now() + 60_000 }
    session.token = id('tok')
    session.endsMs = backend.now() + backend.sessionMs
    return fine(view(session))
  }

  function act(name: string, request: Seen, session: FakeSession): Answer {
    const [, order, step] = /^\w+ \/v1\/orders\/([^/]+)(?:\/(.+))?$/.exec(name) || []
    if (order) return ofOrder(backend.orders.find((one) => one.id === order && one.subject === session.subject), step, name)
    const withdrawn = /^POST \/v1\/consents\/(\w+)\/withdraw$/.exec(name)
    if (withdrawn) return (backend.consents[withdrawn[1]] = 'withdrawn'), fine({ items: standings() })
    const sku = /^PUT \/v1\/cart\/(.+)$/.exec(name)
    if (sku) return (backend.cart[sku[1]] = request.body.quantity), fine(undefined, 204)
    switch (name) {
      case 'DELETE /v1/session': return (session.endsMs = 0), fine(undefined, 204)
      case 'GET /v1/me': return fine({ subject: session.subject })
      case 'GET /v1/consents': return fine({ items: standings() })
      case 'PUT /v1/consents': return answered(request)
      case 'POST /v1/phone': return fine({ masked: '138****0000', bound_at: new Date(backend.now()).toISOString(), state: 'bound' })
      case 'GET /v1/profile': return fine({ nickname: 'Mei', birthday: null, region: null, language: null, phone_masked: null, has_avatar: false })
      case 'PATCH /v1/profile': return fine({ nickname: null, birthday: null, region: null, language: null, phone_masked: null, has_avatar: false, ...request.body })
      case 'PUT /v1/profile/avatar': case 'POST /v1/profile/avatar': return fine(undefined, 204)
      case 'GET /v1/loyalty/card/code': return fine({ code: id('till'), expires_at: new Date(backend.now() + 60_000).toISOString() })
      case 'POST /v1/data-copy': return fine({ request: id('rrq'), made_at: new Date(backend.now()).toISOString(), format: 'yumen-data-copy/1',
        parts: [{ holding: 'profile.details', values: { nickname: 'Mei' } }] })
      case 'POST /v1/account/deletion': {
        if (request.body.confirm !== 'delete') return problem(400, 'request.invalid')
        for (const one of sessions) if (one.subject === session.subject) one.endsMs = 0
        return fine({ request: id('rrq'), erased: 3, kept: 1 })
      }
      case 'POST /v1/orders': {
        const placed = { id: id('ord'), subject: session.subject, state: 'awaiting_payment', charged: 0, draft: request.body }
        backend.orders.push(placed)
        return fine({ id: placed.id, state: placed.state }, 201)
      }
      default: return problem(404, 'request.not_found')
    }
  }

  function ofOrder(order: FakeOrder | undefined, step: string | undefined, name: string): Answer {
    if (!order) return problem(404, 'order.not_found')
    const learn = (): void => {
      if (!paid.has(order.id) || order.state !== 'awaiting_payment') return
      order.state = 'paid'
      order.charged++
    }
    if (step === 'payment') {
      learn()
      return order.state === 'awaiting_payment'
        ? fine({ timeStamp: '1', nonceStr: 'n', package: 'prepay_id=' + order.id, signType: 'RSA', paySign: 's' })
        : problem(409, 'payment.not_payable')
    }
    if (step === 'payment/check') return learn(), fine({ id: order.id, state: order.state })
    if (step === 'cancel') return (order.state = 'cancelled'), fine({ id: order.id, state: order.state })
    return name.slice(0, 3) === 'GET' ? fine({ id: order.id, state: order.state }) : problem(404, 'request.not_found')
  }

  function answered(request: Seen): Answer {
    const given = request.body.choices.filter((one: any) => one.answer === 'given')
    const separate = given.filter((one: any) => NOTICES.find((n) => n.purpose === one.purpose)!.separate_article !== null)
    if (separate.length && request.body.choices.length > 1) return problem(422, 'consent.bundled')
    for (const one of request.body.choices) {
      if (NOTICES.find((n) => n.purpose === one.purpose)!.hash !== one.notice_hash) return problem(409, 'consent.notice_outdated')
      backend.consents[one.purpose] = one.answer
    }
    return fine({ items: standings() })
  }

  const standings = (): unknown[] => NOTICES.filter((one) => one.asks).map((one) => ({
    purpose: one.purpose, state: backend.consents[one.purpose] || 'unasked', ask: !backend.consents[one.purpose],
    notice_hash: one.hash, notice_version: 1,
  }))
  return backend
}

/** The notices of the fake shop: two that inform, two that ask, two that want a separate consent. */
export const NOTICES = ([
  ['account', false, null], ['sale', false, null], ['profile', true, null], ['marketing', true, null],
  ['sensitive', true, 29], ['export', true, 39],
] as const).map(([purpose, asks, separate_article], at) => ({
  purpose, asks, separate_article, version: 1, hash: String(at).repeat(64), basis: asks ? 'consent' : 'contract',
  language: 'zh' as const, title: 'Title of ' + purpose, text: 'Text of ' + purpose, kinds: ['phone'],
}))

export const INFORMATION = {
  code: 'profile.details', title: 'Profile', leaves: true, keep: 'Kept until the account is closed.',
  fields: [{ code: 'profile.details.nickname', title: 'Nickname', purpose: 'profile', basis: 'consent', sensitive: false }],
}
