/** Calls that end together. */

import type { Scope } from './face'

/** The same as `api.scope()`, for code without a core. */
export function makeScope(): Scope {
  let ended = false
  const acts = new Set<() => void>()
  return {
    get ended() {
      return ended
    },
    end() {
      ended = true
      const all = Array.from(acts)
      acts.clear()
      all.forEach((act) => act())
    },
    onEnd(act) {
      if (ended) act()
      else acts.add(act)
      return () => void acts.delete(act)
    },
  }
}
