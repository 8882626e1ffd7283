/** Taro and uni-app bundle the SDK into the app and copy the native components with a second SDK beside them. */

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'

import { fakeWx } from '../testing/index'

const load = createRequire(import.meta.url)
const PLACE = '../miniprogram_dist/index.js'

/** A fresh copy, as another bundle has it. */
function copy(): any {
  for (const name of Object.keys(load.cache)) delete load.cache[name]
  return load(PLACE)
}

test('a second copy of the SDK finds what the app has made with the first', () => {
  const shared = {}
  Object.assign(globalThis, { getApp: () => shared })
  try {
    const [one, other] = [copy(), copy()]
    assert.notEqual(one.createYumen, other.createYumen)
    const { wx } = fakeWx({ backend: () => ({ status: 204 }) })
    const yumen = one.createYumen({ appid: 'wx0123456789abcdef', road: { kind: 'https', hosts: ['https://api.example.cn'] }, wx })
    assert.equal(other.current(), yumen)
    const problem = yumen.error('refused', 'notice.outdated')
    assert.ok(other.isYumenError(problem))
    assert.ok(other.isOutdated(problem))
  } finally {
    Reflect.deleteProperty(globalThis, 'getApp')
  }
})

test('where nothing was made, a copy says so', () => {
  assert.throws(() => copy().current(), /createYumen has not been called/)
})
