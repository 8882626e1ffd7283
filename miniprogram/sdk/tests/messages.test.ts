import assert from 'node:assert/strict'
import { test } from 'node:test'

import { older } from '../src/messages'
import { bench } from '../testing/index'

test('subscribe messages: at most as many as this WeChat takes, and every answer is an answer', async () => {
  const first = bench()
  first.phone.subscribe = { a: 'accept', b: 'reject', c: 'acceptWithAudio', d: 'odd' }
  assert.deepEqual((await first.ended(first.yumen.messages.ask(['a', 'b', 'c', 'd']))).value, { a: 'accept', b: 'reject', c: 'accept', d: 'unknown' })
  first.phone.subscribe = { errMsg: 'requestSubscribeMessage:fail main switch is switched off', errCode: 20004 }
  assert.deepEqual((await first.ended(first.yumen.messages.ask(['a']))).value, { a: 'unknown' })
  first.phone.subscribe = { errMsg: 'requestSubscribeMessage:fail no template', errCode: 20001 }
  assert.ok((await first.ended(first.yumen.messages.ask(['a']))).problem)
  const old = bench({ library: '2.8.2' })
  let asked: string[] = []
  old.wx.requestSubscribeMessage = (o) => (asked = o.tmplIds, o.success!({}))
  await old.ended(old.yumen.messages.ask(['1', '2', '3', '4', '1']))
  assert.deepEqual(asked, ['1', '2', '3'])
  await old.ended(old.yumen.messages.ask(['1', '1', '', '2']))
  assert.deepEqual(asked, ['1', '2'])
  assert.deepEqual([older('2.9.9', '2.10.0'), older('2.10.0', '2.10.0'), older('3.0.0', '2.10.0')], [true, false, false])
})
