import assert from 'node:assert/strict'
import { test } from 'node:test'

import { makeShelf } from '../src/shelf'
import { bench } from '../testing/index'

test('the shelf keeps a dozen, and what was put there first goes first', () => {
  const shelf = makeShelf(bench().yumen)
  for (let number = 0; number < 12; number++) shelf.put('n' + number, { number })
  shelf.put('n0', { number: 100 })
  shelf.put('n12', { number: 12 })
  assert.deepEqual(shelf.get('n0'), { number: 100 }, 'put anew, it is the newest but one')
  assert.equal(shelf.get('n1'), undefined)
  assert.deepEqual(shelf.get('n2'), { number: 2 })
  assert.deepEqual(shelf.get('n12'), { number: 12 })
})

test('what is too long for the phone stays off the shelf, and what stood there stays', () => {
  const shelf = makeShelf(bench().yumen)
  shelf.put('goods', { name: 'tea' })
  shelf.put('goods', { name: 'x'.repeat(40_000) })
  assert.deepEqual(shelf.get('goods'), { name: 'tea' })
})

test('what another program left in its place is no shelf, and clearing empties it', () => {
  const { yumen } = bench()
  const shelf = makeShelf(yumen)
  yumen.store.set('cache', 'not a shelf')
  assert.equal(shelf.get('goods'), undefined)
  shelf.put('goods', { name: 'tea' })
  shelf.clear()
  assert.equal(shelf.get('goods'), undefined)
})
