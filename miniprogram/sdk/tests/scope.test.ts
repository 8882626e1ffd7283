import assert from 'node:assert/strict'
import { test } from 'node:test'

import { makeScope } from '../src/index'

test('what is bound to a scope ends with it, once', () => {
  const scope = makeScope()
  let ends = 0
  scope.onEnd(() => ends++)
  assert.equal(scope.ended, false)
  scope.end()
  scope.end()
  assert.deepEqual([scope.ended, ends], [true, 1])
})

test('what is bound to a scope that is over ends at once', () => {
  const scope = makeScope()
  scope.end()
  let ends = 0
  scope.onEnd(() => ends++)
  assert.equal(ends, 1)
})

test('what is done is let go, and hears nothing of the end', () => {
  const scope = makeScope()
  let ends = 0
  scope.onEnd(() => ends++)()
  scope.end()
  assert.equal(ends, 0)
})
