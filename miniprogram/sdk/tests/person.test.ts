import assert from 'node:assert/strict'
import { test } from 'node:test'

import { bench } from '../testing/index'

test('a phone number is bound by the button\'s code, and a denied one is no error', async () => {
  const { yumen, ended } = bench()
  assert.equal((await ended(yumen.person.bindPhone({ errMsg: 'getPhoneNumber:ok', code: 'abc' }))).value!.masked, '138****0000')
  for (const detail of [{ errMsg: 'getPhoneNumber:fail user deny' }, { errMsg: 'getPhoneNumber:fail', errno: 104 }, {}]) {
    assert.equal((await ended(yumen.person.bindPhone(detail))).value, null)
  }
  assert.equal((await ended(yumen.person.bindPhone({ errMsg: 'getPhoneNumber:fail', errno: 1400001 }))).problem.code, 'phone.quota')
  assert.ok((await ended(yumen.person.bindPhone({ errMsg: 'getPhoneNumber:fail jsapi has no permission' }))).problem)
})

test('an address comes as the body that the shop takes, and a closed address book is no error', async () => {
  const { yumen, phone, ended } = bench()
  assert.equal((await ended(yumen.person.chooseAddress())).value, null)
  phone.address = { userName: '李', telNumber: '13800000000', provinceName: '上海市', cityName: '上海市', countyName: '黄浦区', detailInfo: '旧', streetName: '南京路', detailInfoNew: '1号', postalCode: '200000' }
  assert.deepEqual((await ended(yumen.person.chooseAddress())).value, {
    recipient: '李', phone: '13800000000', province: '上海市', city: '上海市', district: '黄浦区', street: '南京路1号', postcode: '200000',
  })
})

test('one\'s own picture comes as an address that an image can show', async () => {
  const { yumen, backend, ended } = bench()
  assert.equal((await ended(yumen.person.avatar())).value, '')
  backend.routes['GET /v1/profile'] = () => ({ status: 200, body: { has_avatar: true } })
  for (const [first, kind] of [[137, 'png'], [82, 'webp'], [255, 'jpeg']] as const) {
    for (const length of [4, 5, 6]) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at ? 249 + at : first))
      backend.routes['GET /v1/profile/avatar'] = () => ({ status: 200, body: bytes.buffer })
      const wanted = `data:image/${kind};base64,${Buffer.from(bytes).toString('base64')}`
      assert.equal((await ended(yumen.person.avatar())).value, wanted)
    }
  }
})

test('who refuses the privacy guide is not asked for an address', async () => {
  const { yumen, wx, host, held } = bench({ agreed: false })
  wx.chooseAddress = () => assert.fail('WeChat was asked')
  const refused = held(yumen.person.chooseAddress())
  await host.advance(10)
  yumen.privacy.refuse()
  assert.equal((await refused).problem.code, 'privacy.refused')
})

test('a postcode that is none is left out', async () => {
  const { yumen, phone, ended } = bench()
  const place = { userName: 'Made Up', telNumber: '13000000000', provinceName: '上海市', cityName: '上海市', countyName: '黄浦区', detailInfo: '1' }
  for (const [code, kept] of [['200001', '200001'], ['20000', ''], ['', ''], ['2000011', '']]) {
    phone.address = { ...place, postalCode: code }
    assert.equal((await ended(yumen.person.chooseAddress())).value!.postcode, kept, code)
  }
})

test('a number that was sealed for a session gone since opens a new one, for the next tap', async () => {
  for (const [code, logins] of [['phone.session_key_gone', 2], ['phone.taken', 1]] as const) {
    const { yumen, codes, ended, backend } = bench()
    backend.routes['POST /v1/phone'] = () => ({ status: 409, body: { code, title: 'Again', status: 409 } })
    const { problem } = await ended(yumen.person.bindPhone({ encryptedData: 'sealed', iv: 'iv' }))
    assert.deepEqual([problem.code, codes.length], [code, logins])
  }
})

test('what is kept can be read by anybody, copied by its person, and deleted with the account', async () => {
  const { yumen, codes, storage, ended } = bench()
  assert.equal((await ended(yumen.person.information())).value![0].code, 'profile.details')
  assert.equal(codes.length, 0)
  assert.equal((await ended(yumen.person.copy())).value!.parts[0].values.nickname, 'Mei')
  assert.equal((await ended(yumen.person.deleteAccount())).value!.erased, 3)
  assert.equal(yumen.session.state, 'none')
  assert.deepEqual([...storage.keys()].filter((key) => /session|person|queue|cache/.test(key)), [])
  assert.equal((await ended(yumen.api.get('/v1/me'))).problem.code, 'session.closed')
})
