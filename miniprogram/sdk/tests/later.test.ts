/** Parts are made when they are first asked for; what an earlier visit has left on the phone is looked after all the same. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { createYumen } from '../src/index'
import { bench } from '../testing/index'

test('what waited when the app was killed is sent when the network is back, although the app asks for no part', async () => {
  const { yumen, backend, phone, storage, host, restart, ended } = bench()
  const items = (await ended(yumen.consents.list())).value!
  await ended(yumen.consents.answer([{ item: items[0], given: true }]))
  phone.setNetwork('none')
  assert.equal((await ended(yumen.consents.withdraw('profile'))).value, 'kept')
  assert.deepEqual(storage.get('yumen.untold'), ['profile'])
  restart()
  phone.setNetwork('wifi')
  await host.settle()
  assert.equal(backend.consents.profile, 'withdrawn')
  assert.deepEqual(storage.get('yumen.untold'), [])
})

test('what belongs to a person goes with the session, although no part was asked for since the start', async () => {
  const { yumen, storage, restart, ended } = bench()
  await ended(yumen.session.open())
  for (const name of ['queue', 'untold', 'placing']) storage.set('yumen.' + name, ['of an earlier visit'])
  const again = restart()
  await ended(again.session.close())
  assert.deepEqual(['queue', 'untold', 'placing'].filter((name) => storage.has('yumen.' + name)), [])
})

test('nothing is asked of WeChat twice as an app starts, and nothing is read from the phone before it is needed', () => {
  const asked: string[] = []
  const { wx } = bench()
  const counted = new Proxy(wx, { get: (own, name) => {
    const found = Reflect.get(own, name)
    return typeof found === 'function' ? (...given: unknown[]) => (asked.push(String(name)), found.apply(own, given)) : found
  } })
  createYumen({ appid: 'wx0123456789abcdef', road: { kind: 'https', hosts: ['https://api.example.cn'] }, measure: false, wx: counted })
  assert.deepEqual(asked.sort(), ['getNetworkType', 'onAppShow', 'onNetworkStatusChange'])
})
