import assert from 'node:assert/strict'
import { test } from 'node:test'

import { among, matching, numeric, words } from '../src/index'
import { bench } from '../testing/index'

test('hostile parameters become what the page can use', () => {
  const { yumen } = bench()
  const table = {
    id: matching(/prd_[0-9a-z]{26}/, ''), page: numeric(1, 100, 1), sort: among(['newest', 'cheapest'], 'newest'), q: words(10),
  }
  const id = 'prd_' + '0'.repeat(26)
  assert.deepEqual(yumen.links.read({ id, page: '7', sort: 'cheapest', q: '%E8%8C%B6' }, table), { id, page: 7, sort: 'cheapest', q: '茶' })
  for (const text of ['../../admin', "' or 1=1--", '<script>', '%00', '%', id + '\n', '__proto__', '1e3', '-1', '99999999999999999999', 'x'.repeat(9_999)]) {
    const read = yumen.links.read({ id: text, page: text, sort: text, q: text, extra: text }, table)
    assert.deepEqual([read.id, read.page, read.sort, Object.keys(read).length], ['', 1, 'newest', 4], text)
    assert.ok(read.q.length <= 10 && !/[\u0000-\u001f]/.test(read.q))
  }
  assert.deepEqual(yumen.links.read(undefined, table), { id: '', page: 1, sort: 'newest', q: '' })
  assert.deepEqual(yumen.links.read(JSON.parse('{"__proto__":{"page":"9"},"constructor":"x","page":["5"]}'), table).page, 1)
  assert.equal(({} as { page?: string }).page, undefined)
})

test('the scene of a QR code is written within WeChat\'s bounds and read back', () => {
  const { yumen } = bench()
  const scene = yumen.links.scene({ p: 'tea-1', s: 12 })
  assert.equal(scene, 'p=tea-1&s=12')
  const table = { p: matching(/[a-z0-9-]{1,20}/, ''), s: numeric(0, 99, 0) }
  assert.deepEqual(yumen.links.read({ scene: encodeURIComponent(scene) }, table), { p: 'tea-1', s: 12 })
  assert.deepEqual(yumen.links.read({ scene: 'p%3Devil%26p%3Dlast%26__proto__%3D1', p: 'first' }, table).p, 'first')
  assert.throws(() => yumen.links.scene({ p: 'x'.repeat(40) }), { code: 'link.scene_unfit' })
  assert.throws(() => yumen.links.scene({ p: '茶' }), { code: 'link.scene_unfit' })
})

test('a share card leads into this app only, and carries what it was given', () => {
  const { yumen } = bench()
  assert.deepEqual(yumen.links.share({ title: 'Tea', page: 'pages/product/product', params: { id: 'a b' }, image: 'https://x/y.png' }),
    { title: 'Tea', path: '/pages/product/product?id=a%20b', imageUrl: 'https://x/y.png' })
  for (const page of ['https://evil.example', '//evil', '/pages/../x', 'pages', '/pages/x?y=1', 'javascript:x/y']) {
    assert.throws(() => yumen.links.path(page), { code: 'link.page_unfit' }, page)
  }
})
