/** Everything that can go wrong, as one typed error with a stable code. */

/**
 * What may be done about it: `network` and `server` may pass by themselves; `session` and `privacy` need the person;
 * `refused` will be refused again; `gone` means that nobody waits any more; `unsupported` needs a newer WeChat.
 */
export type ErrorKind = 'network' | 'server' | 'session' | 'privacy' | 'refused' | 'gone' | 'unsupported'

export interface ErrorFacts {
  /** Of HTTP; 0 when no answer came. */
  status?: number
  /** The field that does not fit, as a JSON pointer (`/phone`), or ''. */
  at?: string
  /** By which the server's log is searched. */
  requestId?: string
  /** As long as the server asked to be left alone. */
  retryAfterMs?: number
  /** True when the server may have done it although no answer came. */
  unsettled?: boolean
}

/** `message` is for people, in their language; `code` is for programs (`stock.gone`, `network.timeout`). */
export class YumenError extends Error {
  readonly kind!: ErrorKind
  readonly code!: string
  readonly status!: number
  readonly at!: string
  readonly requestId!: string
  readonly retryAfterMs!: number
  readonly unsettled!: boolean

  constructor(kind: ErrorKind, code: string, text: string, facts?: ErrorFacts) {
    super(text)
    Object.assign(this, { name: 'YumenError', kind, code, status: 0, at: '', requestId: '', retryAfterMs: 0, unsettled: false }, facts)
  }
}

/** Is it ours? Also true across two copies of the SDK, as in a sub-package. */
export function isYumenError(thrown: unknown): thrown is YumenError {
  return !!thrown && (thrown as YumenError).name === 'YumenError'
}
