import assert from 'node:assert/strict'
import { test } from 'node:test'

import { watchNetwork } from '../src/network'
import type { Wx } from '../src/wx'
import { fakeHost, fakeWx } from '../testing/index'
import type { FakeWx } from '../testing/index'

const phoneWith = (network: 'wifi' | '3g' | 'none'): FakeWx =>
  fakeWx({ backend: () => ({ status: 204 }), network, host: fakeHost() })

test('the type is the one that WeChat told last, and none while nothing is connected', () => {
  const { wx, phone } = phoneWith('3g')
  const network = watchNetwork(wx)
  assert.equal(network.type, '3g')
  phone.setNetwork('wifi')
  assert.equal(network.type, 'wifi')
  // WeChat keeps naming the old network when it is gone
  let told: (now: { isConnected: boolean; networkType: string }) => void = () => assert.fail('nobody listens')
  const cut = watchNetwork({ ...wx, onNetworkStatusChange: (act: typeof told) => void (told = act) } as unknown as Wx)
  told({ isConnected: false, networkType: 'wifi' })
  assert.equal(cut.type, 'none')
})

test('a type that WeChat invents later, or a hostile one, counts as unknown', () => {
  for (const said of ['6g', '', 'constructor', '__proto__']) {
    const network = watchNetwork({ getNetworkType: (o: any) => o.success({ networkType: said }) } as unknown as Wx)
    assert.equal(network.type, 'unknown', said)
    assert.equal(network.callMs(), 30_000)
  }
})

test('each further try gets twice the time of the one before', () => {
  const network = watchNetwork(phoneWith('wifi').wx)
  assert.deepEqual([1, 2, 3].map((tried) => Math.round(network.tryMs(tried))), [2_400, 4_800, 9_600])
  assert.equal(network.callMs(), 20_000)
})

test('the network coming back is told once, a change from one to another is not, and coming to the front is', () => {
  const { wx, phone } = phoneWith('wifi')
  let back = 0
  watchNetwork(wx).onBack(() => back++)
  phone.setNetwork('3g')
  assert.equal(back, 0)
  phone.setNetwork('none')
  assert.equal(back, 0)
  phone.setNetwork('3g')
  assert.equal(back, 1)
  phone.show()
  assert.equal(back, 2)
})
