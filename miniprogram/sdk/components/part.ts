/** What the components share: their texts in the person's language, and the state of something asked for. */

import { current } from '../src/index'

/** A component as WeChat calls it: its data, its properties, and the ways to change the one and tell the other. */
export interface Self {
  data: Record<string, any>
  setData(change: Record<string, unknown>): void
  triggerEvent(name: string, detail?: unknown): void
}

export interface Tap {
  currentTarget: { dataset: Record<string, any> }
  detail: any
}

declare function Component(options: Record<string, unknown>): void

/** Make a component; `show` runs when it appears and whenever its page comes back to the front. */
export function part(codes: Record<string, string>, options: {
  properties?: Record<string, unknown>
  data?: Record<string, unknown>
  show?: (self: any) => unknown
  gone?: (self: any) => void
  methods: Record<string, (this: any, event: Tap) => unknown>
}): void {
  const appear = function (this: any): void {
    const say: Record<string, string> = {}
    for (const name of Object.keys(codes)) say[name] = current().text(codes[name])
    this.setData({ say })
    if (options.show) void options.show(this)
  }
  Component({
    options: { multipleSlots: true },
    properties: { theme: { type: String, value: '' }, ...options.properties },
    data: { say: {}, state: 'loading', problem: '', note: '', ...options.data },
    lifetimes: {
      attached: appear,
      detached(this: any) {
        if (options.gone) options.gone(this)
      },
    },
    pageLifetimes: { show: appear },
    methods: options.methods,
  })
}

/** Ask for something and keep `state` at `loading`, `ready` or `failed` with the problem's text. */
export async function ask<T>(self: Self, question: () => Promise<T>, then: (value: T) => Record<string, unknown>): Promise<void> {
  self.setData({ state: 'loading', problem: '' })
  try {
    self.setData({ ...then(await question()), state: 'ready' })
  } catch (problem) {
    self.setData({ state: 'failed', problem: textOf(problem) })
    self.triggerEvent('fail', { code: (problem as { code?: string }).code || '' })
  }
}

/** Do something once, however often it is tapped. */
export async function once(self: Self, act: () => Promise<void>): Promise<void> {
  if (self.data.busy) return
  self.setData({ busy: true, problem: '', note: '' })
  try {
    await act()
  } catch (problem) {
    self.setData({ problem: textOf(problem) })
    self.triggerEvent('fail', { code: (problem as { code?: string }).code || '' })
  } finally {
    self.setData({ busy: false })
  }
}

function textOf(problem: unknown): string {
  const found = problem as { name?: string; message?: string }
  return found.name === 'YumenError' && found.message ? found.message : current().text('unknown')
}
