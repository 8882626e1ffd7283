/** What the person was asked, what was answered, and taking it back. */

import type { ConsentItem, ConsentView, NoticeView, Purpose } from './api'
import { isYumenError } from './errors'
import type { Consents, Queue } from './face'
import type { Engine } from './made'
import { route } from './requests'

const NOTICES_FRESH_MS = 300_000
const ONCE_MAX = 12
const UNTOLD = 'untold'

/** `yumen.consents`. Withdrawals that cannot be told at once go through the queue. */
export function makeConsents(engine: Engine, queue: Queue): Consents {
  const listeners = new Set<() => void>()
  /** What this phone knows; purposes and answers only, in memory only. */
  let known: Partial<Record<Purpose, ConsentView['state']>> = {}

  /** Withdrawn here and not yet told to the server, which still says `given`. */
  const untold = (): Purpose[] => {
    const kept = engine.store.get(UNTOLD)
    return Array.isArray(kept) ? (kept as Purpose[]) : []
  }
  const note = (purpose: Purpose, waits: boolean): void => {
    const others = untold().filter((one) => one !== purpose)
    engine.store.set(UNTOLD, waits ? [...others, purpose] : others)
  }

  const learn = (views: ConsentView[]): void => {
    const waiting = untold()
    for (const view of views) {
      if (waiting.indexOf(view.purpose) >= 0) view.state = 'withdrawn'
      known[view.purpose] = view.state
    }
    listeners.forEach((told) => told())
  }
  const notices = async (): Promise<NoticeView[]> => (await engine.api.get<{ items: NoticeView[] }>('/v1/notices', {
    query: { appid: engine.appid }, session: 'none', freshMs: NOTICES_FRESH_MS, stale: true,
  })).items

  const joined = (all: NoticeView[], views: ConsentView[]): ConsentItem[] => all.filter((one) => one.asks).map((notice) => {
    const view = views.find((other) => other.purpose === notice.purpose)
    return { notice, state: view ? view.state : 'unasked', ask: view ? view.ask : true, answered_at: view && view.answered_at }
  })
  const standings = async (): Promise<ConsentView[]> => {
    const { items } = await engine.api.get<{ items: ConsentView[] }>('/v1/consents')
    learn(items)
    return items
  }
  const list = async (): Promise<ConsentItem[]> => {
    const open = engine.session.state === 'open'
    const [all, views] = await Promise.all([notices(), open ? standings() : []])
    return joined(all, views)
  }

  async function answer(choices: { item: ConsentItem; given: boolean }[]): Promise<ConsentItem[]> {
    const said = choices.map(({ item, given }) => ({
      purpose: item.notice.purpose,
      answer: given ? 'given' : 'refused',
      notice_hash: item.notice.hash,
      language: item.notice.language,
    }))
    // a separate consent (PIPL art. 23, 25, 26, 29, 39) is the only `given` of its request
    const alone = said.filter((one, at) => one.answer === 'given' && choices[at].item.notice.separate_article !== null)
    const together = said.filter((one) => alone.indexOf(one) < 0)
    let views: ConsentView[] = []
    said.forEach((one) => note(one.purpose, false))
    for (const some of [...parts(together), ...alone.map((one) => [one])]) {
      views = (await engine.api.put<{ items: ConsentView[] }>('/v1/consents', { choices: some })).items
      learn(views)
    }
    return joined(await notices(), views.length ? views : await standings())
  }

  async function withdraw(purpose: Purpose): Promise<'sent' | 'kept'> {
    known[purpose] = 'withdrawn'
    listeners.forEach((told) => told())
    note(purpose, true)
    const sent = await queue.later('POST', route`/v1/consents/${purpose}/withdraw`)
    if (sent === 'sent') note(purpose, false)
    return sent
  }

  engine.session.on((event) => {
    if (event !== 'switched' && event !== 'ended') return
    known = {}
    engine.store.remove(UNTOLD)
  })
  queue.onSent((path) => {
    const found = /^\/v1\/consents\/([a-z_]+)\/withdraw$/.exec(path)
    if (found) note(found[1] as Purpose, false)
  })
  return {
    notices,
    list,
    pending: async () => (await list()).filter((item) => item.ask),
    answer,
    withdraw,
    given: (purpose) => known[purpose] === 'given',
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function parts<T>(all: T[]): T[][] {
  const found: T[][] = []
  for (let at = 0; at < all.length; at += ONCE_MAX) found.push(all.slice(at, at + ONCE_MAX))
  return found
}

/** Was the notice replaced while it was read? Then it has to be shown again. */
export function isOutdated(problem: unknown): boolean {
  return isYumenError(problem) && /^(consent|notice)\./.test(problem.code)
}
