/** What everybody may see, kept on the phone so that a shop without a network still shows something. */

import type { Engine, Shelf } from './made'
import { CACHE } from './store'

const KEPT_MAX = 12
const CHARACTERS_MAX = 40_000

/** Makes `stale` reads outlive the app: `core.shelf = makeShelf(core)`. */
export function makeShelf(engine: Engine): Shelf {
  const all = (): Record<string, unknown> => {
    const kept = engine.store.get(CACHE)
    return kept && typeof kept === 'object' ? { ...kept } : {}
  }
  return {
    get: (name) => all()[name],
    put(name, value) {
      if (JSON.stringify(value).length > CHARACTERS_MAX) return
      const kept = all()
      delete kept[name]
      kept[name] = value // the newest stands last
      const names = Object.keys(kept)
      if (names.length > KEPT_MAX) delete kept[names[0]]
      engine.store.set(CACHE, kept)
    },
    clear: () => engine.store.remove(CACHE),
  }
}
