import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { LABELS } from '../src/labels'
import { CORE_TEXTS } from '../src/texts'
import { bench, mount } from '../testing/index'
import type { Mounted } from '../testing/index'

const folder = join(import.meta.dirname, '../components')
const names = readdirSync(folder).filter((name) => !name.includes('.'))
let fresh = 0
/** Each mounting loads the module anew, as a new page does. */
const load = (name: string, properties = {}): Promise<Mounted> => mount(() => import(`../components/${name}/${name}.ts?${++fresh}`), properties)

test('the sheet opens when something personal is needed, and both answers close it', async () => {
  for (const answer of ['tap', 'refuse']) {
    const { yumen, wx, host, held } = bench({ agreed: false })
    if (answer === 'tap') delete wx.onNeedPrivacyAuthorization
    const sheet = await load('notice-sheet')
    assert.equal(sheet.data.open, false)
    const call = held(yumen.api.get('/v1/me'))
    await host.advance(10)
    assert.equal(sheet.data.open, true)
    assert.ok(sheet.data.contract.includes('《用户隐私保护指引》'))
    sheet.tap(answer)
    await host.settle()
    assert.equal(sheet.data.open, false)
    assert.equal((await call).problem?.kind, answer === 'tap' ? undefined : 'privacy')
  }
})

test('the sheet in front is asked; leaving its page unanswered leaves nobody hanging', async () => {
  const { yumen, host, held } = bench({ agreed: false })
  const [back, front] = [await load('notice-sheet'), await load('notice-sheet')]
  const call = held(yumen.privacy.require('x'))
  await host.advance(10)
  assert.deepEqual([back.data.open, front.data.open], [false, true])
  front.detach()
  assert.equal(back.data.open, true)
  back.detach()
  assert.equal((await call).value, false)
})

test('every switch starts off; saving answers all, and what was switched off again is withdrawn', async () => {
  const { backend, host } = bench()
  const switches = await load('purpose-switches')
  await host.settle()
  assert.deepEqual(switches.data.items.map((one: any) => one.on), [false, false, false, false])
  switches.tap('turn', { at: 0 }, { value: true })
  switches.tap('turn', { at: 3 }, { value: true })
  void switches.tap('save')
  await host.settle()
  assert.deepEqual(backend.consents, { profile: 'given', marketing: 'refused', sensitive: 'refused', export: 'given' })
  assert.deepEqual(switches.events.pop(), { name: 'done', detail: { given: ['profile', 'export'] } })
  switches.tap('turn', { at: 3 }, { value: false })
  void switches.tap('save')
  void switches.tap('save')
  await host.settle()
  assert.equal(backend.consents.export, 'withdrawn')
  assert.equal(backend.asked.filter((one) => one.includes('withdraw')).length, 1)
})

test('refusing all is one tap, and the notice can be read first', async () => {
  const { backend, host } = bench()
  const switches = await load('purpose-switches', { only: ['marketing'] })
  await host.settle()
  assert.equal(switches.data.items.length, 1)
  switches.tap('more', { at: 0 })
  assert.deepEqual([switches.data.items[0].open, switches.data.items[0].text], [true, 'Text of marketing'])
  void switches.tap('none')
  await host.settle()
  assert.deepEqual(backend.consents, { marketing: 'refused' })
})

test('one tap withdraws, also without a network, and the list says which it was', async () => {
  const { yumen, backend, phone, host, ended } = bench()
  const items = (await ended(yumen.consents.list())).value!
  await ended(yumen.consents.answer(items.slice(0, 2).map((item) => ({ item, given: true }))))
  const list = await load('withdrawal-list')
  await host.settle()
  assert.deepEqual(list.data.items.map((one: any) => one.purpose), ['profile', 'marketing'])
  void list.tap('withdraw', { purpose: 'profile' })
  await host.settle()
  assert.equal(list.data.note, '已撤回。')
  phone.setNetwork('none')
  void list.tap('withdraw', { purpose: 'marketing' })
  await host.settle()
  assert.ok(list.data.note.includes('联网后'))
  assert.deepEqual(list.data.items, [])
  phone.setNetwork('wifi')
  await host.settle()
  assert.deepEqual(backend.consents, { profile: 'withdrawn', marketing: 'withdrawn' })
})

test('what is kept is listed for anybody; the values come after a tap and go to the clipboard if wished', async () => {
  const { wx, codes, host } = bench()
  const list = await load('personal-information')
  await host.settle()
  assert.equal(list.data.items[0].fields[0].title, 'Nickname')
  assert.equal(codes.length, 0)
  void list.tap('copy')
  await host.settle()
  assert.equal(list.data.values['profile.details.nickname'], 'Mei')
  void list.tap('take')
  await host.settle()
  assert.ok(list.data.problem)
  let taken = ''
  wx.setClipboardData = (o) => (taken = o.data, o.success!({}))
  void list.tap('take')
  await host.settle()
  assert.ok(taken.includes('Mei'))
})

test('an account is deleted only after the box is ticked, and once', async () => {
  const { yumen, backend, host, ended } = bench()
  await ended(yumen.session.open())
  const deletion = await load('account-deletion')
  void deletion.tap('remove')
  await host.settle()
  assert.ok(!backend.asked.includes('POST /v1/account/deletion'))
  deletion.tap('understand', {}, { value: true })
  void deletion.tap('remove')
  void deletion.tap('remove')
  await host.settle()
  assert.equal(backend.asked.filter((one) => one === 'POST /v1/account/deletion').length, 1)
  assert.equal(deletion.data.done, true)
  assert.equal(yumen.session.state, 'none')
})

test('a component that could not load says why and loads again', async () => {
  const { yumen, phone, host } = bench()
  yumen.setLanguage('en')
  phone.setNetwork('none')
  const list = await load('personal-information')
  await host.settle()
  assert.deepEqual([list.data.state, list.data.say.retry], ['failed', 'Try again'])
  assert.ok(list.data.problem.includes('offline'))
  phone.setNetwork('wifi')
  void list.tap('load')
  await host.settle()
  assert.equal(list.data.state, 'ready')
})

test('a language that was changed is spoken when the page comes back', async () => {
  const { yumen } = bench()
  const deletion = await load('account-deletion')
  assert.equal(deletion.data.say.keep, '保留账号')
  yumen.setLanguage('en')
  deletion.show()
  assert.equal(deletion.data.say.keep, 'Keep my account')
})

test('each handler of a template exists, each control is named, refusing is as big as agreeing', () => {
  for (const name of names) {
    const wxml = readFileSync(join(folder, name, `${name}.wxml`), 'utf8')
    const code = readFileSync(join(folder, name, `${name}.ts`), 'utf8')
    for (const [, handler] of wxml.matchAll(/(?:bind|catch)\w+="(\w+)"/g)) assert.match(code, new RegExp(`\\n {4}${handler}[:(]`), `${name}: ${handler}`)
    for (const [control] of wxml.matchAll(/<switch[^>]*>/g)) assert.match(control, /aria-label=/)
    for (const [, spoken] of wxml.matchAll(/say\.(\w+)/g)) assert.match(code, new RegExp(`\\b${spoken}: '`), `${name}: say.${spoken}`)
    for (const [, text] of code.matchAll(/\b\w+: '([a-z_]+\.[a-z_]+)'/g)) assert.ok(text in LABELS, text)
  }
  const sheet = readFileSync(join(folder, 'notice-sheet/notice-sheet.wxml'), 'utf8')
  assert.equal(new Set([...sheet.matchAll(/<button class="([^"]*)"/g)].map(([, look]) => look)).size, 1)
})

test('every text is there in both languages, with the same facts', () => {
  for (const [code, [en, zh]] of Object.entries({ ...CORE_TEXTS, ...LABELS })) {
    assert.ok(en && !/[\u4e00-\u9fff]/.test(en), code)
    assert.match(zh, /[\u4e00-\u9fff]/, code)
    assert.deepEqual(en.match(/\{\w+\}/g)?.sort(), zh.match(/\{\w+\}/g)?.sort(), code)
    assert.ok(!/[\u4e00-\u9fff][,;:?!]/.test(zh), code)
  }
})
