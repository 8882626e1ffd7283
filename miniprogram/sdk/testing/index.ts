/** For the tests of apps that use the SDK: a phone, a backend, a clock. */

import { createYumen } from '../src/index'
import type { Engine, Options, Yumen } from '../src/index'
import { fakeBackend } from './backend'
import type { FakeBackend } from './backend'
import { fakeHost } from './clock'
import { fakeWx } from './wx'
import type { FakeWx, FakeWxOptions } from './wx'

export { NOTICES, fakeBackend } from './backend'
export type { FakeBackend } from './backend'
export { mount } from './component'
export type { Mounted } from './component'
export { fakeHost } from './clock'
export type { FakeHost } from './clock'
export { fakeWx } from './wx'
export type { Answer, FakeWx, FakeWxOptions, Fault, Phone, Seen } from './wx'

export interface Bench extends FakeWx {
  backend: FakeBackend
  yumen: Engine & Yumen
  /** The app killed and opened again on the same phone. */
  restart(): Engine & Yumen
  /** Run to the end of it, letting time pass; answers its value or what it raised. */
  ended<T>(answer: Promise<T>): Promise<Held<T>>
  /** Catch what it becomes, and let no time pass. */
  held<T>(answer: Promise<T>): Promise<Held<T>>
}

export interface Held<T> {
  value?: T
  problem?: any
}

/** A phone with the SDK on it and a backend behind it. */
export function bench(options: Partial<Options> & Partial<FakeWxOptions> & { seed?: number } = {}): Bench {
  const host = fakeHost(options.seed)
  const backend = fakeBackend(host.now)
  const phone = fakeWx({ backend: (request) => backend.answer(request), ...options, host: options.host as never || host })
  const start = (): Engine & Yumen => createYumen({
    appid: 'wx0123456789abcdef',
    road: { kind: 'https', hosts: ['https://api.example.cn'] },
    measure: false,
    ...options,
    wx: phone.wx,
    host,
  } as Options)
  if (options.agreed !== false) phone.storage.set((options.prefix || 'yumen.') + 'privacy', 'agreed')
  const held = <T>(answer: Promise<T>): Promise<Held<T>> => answer.then((value) => ({ value }), (problem) => ({ problem }))
  return {
    ...phone, host, backend, yumen: start(), restart: start, held,
    async ended(answer) {
      const caught = held(answer)
      await host.settle()
      return caught
    },
  }
}
