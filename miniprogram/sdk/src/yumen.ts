/** The whole SDK, put together once for an app, and found again by its components and pages. */

import { createCore } from './core'
import type { Consents, Engine, Options, Queue, Yumen } from './core'
import { later } from './made'
import { makeMeasure } from './measure'
import { makePrivacy } from './privacy'
import { rest } from './rest'
import { makeSession } from './session'
import { makeShelf } from './shelf'
import { QUEUE } from './store'

declare const getApp: undefined | ((o: { allowDefault: boolean }) => Record<string, unknown> | undefined)

let made: (Engine & Yumen) | undefined

/** Where two copies of this package find each other: Taro and uni-app bundle one, and copy the components with another. */
function app(): Record<string, unknown> {
  return (typeof getApp === 'function' && getApp({ allowDefault: true })) || {}
}

/** Once, in `app.js`. A second call stands in the place of the first (tests; a change of language needs none). */
export function createYumen(options: Options): Engine & Yumen {
  const engine = createCore(options)
  engine.speak(() => rest().LABELS)
  engine.gate = (reason) => own.privacy.require(reason)
  let lists: { queue: Queue; consents: Consents } | undefined
  /** These two are made together: what the queue sends, the consents must hear of. */
  const listed = (): typeof lists & object => {
    if (lists) return lists
    const queue = rest().makeQueue(engine)
    return (lists = { queue, consents: rest().makeConsents(engine, queue) })
  }
  const own = later(engine, {
    shelf: () => makeShelf(engine),
    session() {
      const session = makeSession(engine)
      // what belongs to one person goes with that person: these parts hear of it although nobody has asked for them yet
      session.on((event) => void ((event === 'switched' || event === 'ended') && [own.consents, own.pay]))
      return session
    },
    privacy: () => makePrivacy(engine),
    queue: () => listed().queue,
    consents: () => listed().consents,
    pay() {
      const pay = rest().makePay(engine)
      pay.on((_, outcome) => measure.count('pay.' + outcome))
      return pay
    },
    files: () => rest().makeFiles(engine),
    person: () => rest().makePerson(engine),
    messages: () => rest().makeMessages(engine),
    links: () => rest().makeLinks(engine),
    loyalty: () => rest().makeLoyalty(engine),
  }) as Engine & Yumen
  const measure = makeMeasure(engine, options, own)
  // what an earlier visit left waiting
  engine.network.onBack(() => void (engine.store.get(QUEUE) && engine.session.state === 'open' && own.queue.flush()))
  return (app().yumenMade = made = Object.assign(own, { measure }))
}

/** The one that `createYumen` made; for pages and for the components of this package. */
export function current(): Engine & Yumen {
  made = made || (app().yumenMade as typeof made)
  if (!made) throw new Error('createYumen has not been called: call it in app.js, before the pages')
  return made
}
