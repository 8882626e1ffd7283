/** Time and chance of a test: nothing happens until the test says so. */

import type { Host } from '../src/face'

declare function setImmediate(act: () => void): unknown

export interface FakeHost extends Host {
  /** Let so much time pass: timers run in their order, promises in between. */
  advance(ms: number): Promise<void>
  /** Let everything end that ends within so much time (10 minutes); answers how long it took. */
  settle(mostMs?: number): Promise<number>
  /** Move the phone's clock, as a person may, without time passing. */
  jump(ms: number): void
  readonly timers: number
}

/** `seed` makes chance repeatable. */
export function fakeHost(seed = 1, startMs = 1_767_225_600_000): FakeHost {
  let elapsed = 0
  let offset = startMs
  let state = seed >>> 0 || 1
  let count = 0
  const waiting = new Map<number, { due: number; act: () => void }>()
  const first = (): [number, { due: number; act: () => void }] | undefined => {
    let best: [number, { due: number; act: () => void }] | undefined
    for (const one of waiting) if (!best || one[1].due < best[1].due) best = one
    return best
  }
  const idle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  async function run(until: number): Promise<void> {
    await idle()
    for (let next = first(); next && next[1].due <= until; next = first()) {
      waiting.delete(next[0])
      elapsed = Math.max(elapsed, next[1].due)
      next[1].act()
      await idle()
    }
  }
  return {
    now: () => offset + elapsed,
    after(ms, act) {
      waiting.set(++count, { due: elapsed + Math.max(0, ms), act })
      return count
    },
    cancel: (timer) => void waiting.delete(timer as number),
    random() {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 4294967296
    },
    async advance(ms) {
      const until = elapsed + ms
      await run(until)
      elapsed = until
    },
    async settle(mostMs = 600_000) {
      const began = elapsed
      await run(began + mostMs)
      return elapsed - began
    },
    jump: (ms) => void (offset += ms),
    get timers() {
      return waiting.size
    },
  }
}
