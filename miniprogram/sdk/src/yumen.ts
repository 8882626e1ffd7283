/** The whole SDK, put together once for an app, and found again by its components and pages. */

import { makeConsents } from './consent'
import { createCore } from './core'
import type { Engine, Options, Yumen } from './core'
import { makeFiles } from './files'
import { LABELS } from './labels'
import { makeLinks } from './links'
import { makeLoyalty } from './loyalty'
import { makeMeasure } from './measure'
import { makeMessages } from './messages'
import { makePay } from './pay'
import { makePerson } from './person'
import { makePrivacy } from './privacy'
import { makeQueue } from './queue'
import { makeShelf } from './shelf'

declare const getApp: undefined | ((o: { allowDefault: boolean }) => Record<string, unknown> | undefined)

let made: (Engine & Yumen) | undefined

/** Where two copies of this package find each other: Taro and uni-app bundle one, and copy the components with another. */
function app(): Record<string, unknown> {
  return (typeof getApp === 'function' && getApp({ allowDefault: true })) || {}
}

/** Once, in `app.js`. A second call stands in the place of the first (tests; a change of language needs none). */
export function createYumen(options: Options): Engine & Yumen {
  const engine = createCore(options)
  engine.speak(LABELS)
  engine.shelf = makeShelf(engine)
  const privacy = makePrivacy(engine)
  const queue = makeQueue(engine)
  const consents = makeConsents(engine, queue)
  const pay = makePay(engine)
  const measure = makeMeasure(engine, options, privacy, consents)
  pay.on((_, outcome) => measure.count('pay.' + outcome))
  made = Object.assign(engine, {
    privacy, queue, consents, pay, measure,
    files: makeFiles(engine),
    person: makePerson(engine),
    messages: makeMessages(engine),
    links: makeLinks(engine),
    loyalty: makeLoyalty(engine),
  })
  app().yumenMade = made
  return made
}

/** The one that `createYumen` made; for pages and for the components of this package. */
export function current(): Engine & Yumen {
  made = made || (app().yumenMade as typeof made)
  if (!made) throw new Error('createYumen has not been called: call it in app.js, before the pages')
  return made
}
