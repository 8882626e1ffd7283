/** What the pages share: words in the person's language, one state for what is loaded, and acts that run once at a time. */

import { current, isYumenError } from '@yumen/miniprogram'
import type { Scope } from '@yumen/miniprogram'

import { paintTabs } from './language'
import { textStyle } from './look'
import { words } from './words'
import type { Group } from './words'

/** `none`: nothing is loaded here, or it is still to be asked for. */
export type State = 'none' | 'loading' | 'ready' | 'empty' | 'offline' | 'failed' | 'private'

export interface Self {
  data: Record<string, any>
  scope: Scope
  options: Record<string, any>
  setData(change: Record<string, unknown>): void
  [own: string]: any
}

export interface Tap {
  currentTarget: { dataset: Record<string, any> }
  detail: any
}

interface Screen {
  words: Group
  /** One of WeChat's own tabs? */
  tab?: boolean
  data?: Record<string, unknown>
  /** Once, with the page's options. */
  begin?: (self: Self, options: Record<string, string | undefined>) => void
  /** Whenever the page comes to the front; answers the data to show, with `empty` where there is nothing. */
  load?: (self: Self) => Promise<Record<string, unknown>>
  share?: (self: Self) => { title: string; page: string; params?: Record<string, string>; image?: string }
  more?: (self: Self) => unknown
  acts?: Record<string, (this: Self, event: Tap) => unknown>
}

export function screen(own: Screen): void {
  const dressed = (self: Self): void => {
    const { language } = current()
    const style = textStyle()
    const change: Record<string, unknown> = style === self.data.style ? {} : { style }
    if (self.data.language !== language) {
      const t = words(own.words, language)
      Object.assign(change, { t, language })
      wx.setNavigationBarTitle({ title: t.title })
      if (own.tab) paintTabs()
    }
    if (Object.keys(change).length) self.setData(change)
  }
  Page({
    data: { t: {}, style: '', language: '', state: own.load ? 'loading' : 'none', problem: '', busy: false, ...own.data },
    onLoad(this: any, options: Record<string, string | undefined>) {
      this.scope = current().api.scope()
      if (own.begin) own.begin(this, options)
    },
    onShow(this: any) {
      dressed(this)
      if (own.load) void load(this, own.load)
    },
    onUnload(this: any) {
      this.scope.end()
    },
    onReachBottom(this: any) {
      if (own.more) void own.more(this)
    },
    onShareAppMessage(this: any) {
      const card = own.share ? own.share(this) : { title: this.data.t.title || '', page: 'pages/home/home' }
      return current().links.share(card)
    },
    reload(this: any): Promise<void> | undefined {
      return own.load && load(this, own.load)
    },
    /** The person may agree after all, and then sees what needed it. */
    agree(this: any) {
      void run(this, async () => {
        await current().session.open()
        if (own.load) await load(this, own.load)
      })
    },
    redress(this: any) {
      dressed(this)
      if (own.load) void load(this, own.load)
    },
    ...own.acts,
  } as any)
}

async function load(self: Self, ask: (self: Self) => Promise<Record<string, unknown>>): Promise<void> {
  const turn = (self.turn = (self.turn || 0) + 1)
  if (self.data.state !== 'ready' && (self.data.state !== 'loading' || self.data.problem)) self.setData({ state: 'loading', problem: '' })
  try {
    const { empty, ...found } = await ask(self)
    if (turn === self.turn && !self.scope.ended) self.setData({ ...found, state: empty ? 'empty' : 'ready', problem: '' })
  } catch (thrown) {
    if (turn === self.turn && !self.scope.ended) self.setData(stateOf(thrown, self.data.state))
  }
}

/** What was shown before stays, with a word why it is not newer, when all that is missing is an answer. */
function stateOf(thrown: unknown, before: State): { state: State; problem: string } {
  const problem = textOf(thrown)
  if (before === 'ready' && isYumenError(thrown) && (thrown.kind === 'network' || thrown.kind === 'server')) return { state: before, problem }
  if (!isYumenError(thrown)) return { state: 'failed', problem }
  if (thrown.kind === 'privacy' || thrown.code === 'session.closed') return { state: 'private', problem }
  return { state: thrown.code === 'network.offline' ? 'offline' : 'failed', problem }
}

/** Do something once, however often it is tapped; what goes wrong is told, and the page stays usable. */
export async function run(self: Self, act: () => Promise<unknown>): Promise<boolean> {
  if (self.data.busy) return false
  self.setData({ busy: true, problem: '' })
  try {
    await act()
    return true
  } catch (thrown) {
    if (!self.scope.ended) self.setData({ problem: textOf(thrown) })
    return false
  } finally {
    if (!self.scope.ended) self.setData({ busy: false })
  }
}

export function textOf(thrown: unknown): string {
  return isYumenError(thrown) ? thrown.message : current().text('unknown')
}

/** Is a person logged in? Pages that may be looked at without say so, and ask for nothing. */
export const isOpen = (): boolean => current().session.state === 'open'
