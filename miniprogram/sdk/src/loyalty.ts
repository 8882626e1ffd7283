/** Points, tier and the card with its code for the till. */

import type { CardCodeView, LoyaltyView } from './api'
import { YumenError } from './errors'
import type { Loyalty } from './face'
import type { Engine } from './made'

/** A code is fetched anew so long before it ends, and never sooner than this after the last. */
const BEFORE_MS = 8_000
const LEAST_MS = 5_000
const FAILED_MS = 4_000

/** `yumen.loyalty`. For somebody who is no member the server says `loyalty.not_member`. */
export function makeLoyalty(engine: Engine): Loyalty {
  return {
    read: () => engine.api.get<LoyaltyView>('/v1/loyalty'),
    enrol: async () => (await engine.api.post<{ state: 'enrolled' | 'member' }>('/v1/loyalty')).state,
    card: () => engine.api.get('/v1/loyalty/card'),
    watchCode(show) {
      const scope = engine.api.scope()
      let timer: unknown
      const next = (ms: number): void => void (timer = engine.host.after(ms, () => void fetch()))
      const fetch = async (): Promise<void> => {
        try {
          const code = await engine.api.get<CardCodeView>('/v1/loyalty/card/code', { scope })
          if (scope.ended) return
          show(code)
          next(Math.max(LEAST_MS, Date.parse(code.expires_at) - engine.serverNow() - BEFORE_MS || LEAST_MS))
        } catch (thrown) {
          if (scope.ended) return
          const problem = thrown as YumenError
          show(null, problem)
          if (problem.kind === 'network' || problem.kind === 'server') next(FAILED_MS)
        }
      }
      void fetch()
      return () => {
        scope.end()
        engine.host.cancel(timer)
      }
    },
  }
}
