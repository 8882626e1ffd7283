/** What an answer means: a value, or a typed error. HTML where JSON was due is told apart, whatever its status. */

import { YumenError } from './errors'
import type { ErrorKind } from './errors'
import type { Reply } from './transport'
import { declined } from './wx'
import type { Failure } from './wx'

export type Say = (code: string) => string

/** The value of an answer in 2xx, or raise what it says. */
export function valueOf(reply: Reply, bytes: boolean, say: Say): unknown {
  const { status } = reply
  if (status === 204 || status === 205) return undefined
  const fine = status >= 200 && status < 300
  if (fine && bytes) return reply.data
  const data = parsed(reply.data)
  if (fine && data !== undefined) return data
  const body = (data && typeof data === 'object' ? data : {}) as Record<string, unknown>
  const busy = status >= 500 || status === 429
  const code = typeof body.code === 'string' ? body.code
    : fine || status < 400 ? 'server.unreadable' : busy ? 'server.unavailable' : 'unknown'
  // a 401 without a code comes from something between us and the server
  const kind = busy || status < 400 ? 'server' : status === 401 && body.code ? 'session' : 'refused'
  const wait = Number(body.retry_after_s || reply.headers['retry-after'])
  // what is said about the shape of a call is for the app's developer; the person is told in our words
  const title = !/^(auth|idempotency|request|server)\./.test(code) && body.title
  throw new YumenError(kind, code, String(title || say(code)), {
    status,
    at: String(body.at || ''),
    requestId: String(body.request_id || reply.headers['x-request-id'] || ''),
    retryAfterMs: wait > 0 ? wait * 1000 : 0,
    unsettled: kind === 'server' && status !== 429,
  })
}

/** JSON as WeChat hands it over: a text, or parsed already; `undefined` when it is neither. */
function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data instanceof ArrayBuffer ? undefined : data
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

/** WeChat's failure of an exchange as a typed error. `write`: it may have arrived although no answer came. */
export function failureOf(failure: unknown, write: boolean, say: Say): YumenError {
  if (failure instanceof YumenError) return failure
  const said = String((failure as Failure).errMsg || failure)
  const errno = (failure as Failure).errno
  const [kind, code] = (/abort/.test(said) ? ['gone', 'request.gone']
    : errno === 600002 || /domain list/.test(said) ? ['refused', 'network.domain']
      : /unsupported|is not a function/.test(said) ? ['unsupported', 'unsupported']
        : declined(failure as Failure) ? ['privacy', 'privacy.refused']
          : ['network', errno === 5 || /time.?out/i.test(said) ? 'network.timeout' : 'network.unreachable']
  ) as [ErrorKind, string]
  return new YumenError(kind, code, say(code), { unsettled: write && kind === 'network' })
}
