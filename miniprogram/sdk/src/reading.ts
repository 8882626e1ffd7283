/** What an answer means: a value, or a typed error. HTML where JSON was due is told apart, whatever its status. */

import { YumenError } from './errors'
import type { ErrorKind } from './errors'
import type { Reply } from './transport'
import { declined } from './wx'
import type { Failure } from './wx'

export type Say = (code: string) => string

/** The value of an answer in 2xx, or raise what it says. */
export function valueOf(reply: Reply, bytes: boolean, say: Say): unknown {
  if (reply.status === 204 || reply.status === 205) return undefined
  const fine = reply.status >= 200 && reply.status < 300
  if (fine && bytes) return reply.data
  const data = parsed(reply.data)
  if (fine && data !== undefined) return data
  if (fine || data === undefined || data === null || typeof data !== 'object') {
    const busy = !fine && reply.status >= 400
    throw problem(reply, busy && reply.status < 500 && reply.status !== 429 ? 'refused' : 'server',
      busy ? 'server.unavailable' : 'server.unreadable', say)
  }
  throw told(reply, data as Record<string, unknown>, say)
}

/** JSON as WeChat hands it over: a text, or parsed already; `undefined` when it is neither. */
function parsed(data: unknown): unknown {
  if (data instanceof ArrayBuffer) return undefined
  if (typeof data !== 'string') return data
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

function told(reply: Reply, body: Record<string, unknown>, say: Say): YumenError {
  const code = typeof body.code === 'string' ? body.code : 'unknown'
  const kind = reply.status === 401 ? 'session' : reply.status >= 500 || reply.status === 429 ? 'server' : 'refused'
  const text = typeof body.title === 'string' && body.title ? body.title : say(code)
  return problem(reply, kind, code, () => text, body)
}

function problem(
  reply: Reply, kind: ErrorKind, code: string, say: Say, body: Record<string, unknown> = {},
): YumenError {
  const wait = Number(body.retry_after_s || reply.headers['retry-after'])
  return new YumenError(kind, code, say(code), {
    status: reply.status,
    at: String(body.at || ''),
    requestId: String(body.request_id || reply.headers['x-request-id'] || ''),
    retryAfterMs: wait > 0 ? wait * 1000 : 0,
    unsettled: kind === 'server' && reply.status !== 429,
  })
}

/** WeChat's failure of an exchange as a typed error. `write`: it may have arrived although no answer came. */
export function failureOf(failure: unknown, write: boolean, say: Say): YumenError {
  if (failure instanceof YumenError) return failure
  const said = String((failure as Failure).errMsg || failure)
  const errno = (failure as Failure).errno
  if (said === 'abort' || /abort/.test(said)) return new YumenError('gone', 'request.gone', say('request.gone'))
  if (errno === 600002 || /domain list/.test(said)) {
    return new YumenError('refused', 'network.domain', say('network.domain'))
  }
  if (/unsupported|is not a function/.test(said)) {
    return new YumenError('unsupported', 'unsupported', say('unsupported'))
  }
  if (declined(failure as Failure)) return new YumenError('privacy', 'privacy.refused', say('privacy.refused'))
  const code = errno === 5 || /time.?out/i.test(said) ? 'network.timeout' : 'network.unreachable'
  return new YumenError('network', code, say(code), { unsettled: write })
}
