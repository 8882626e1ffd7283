/** Phone, address, profile, the list of what is kept, copy and deletion: only what a person handed over by a tap. */

import type { AddressBody, PhoneView, ProfileView } from './api'
import { YumenError } from './errors'
import type { Person } from './face'
import { makeFiles } from './files'
import type { Engine } from './made'
import { failureOf } from './reading'
import { asked, declined } from './wx'
import type { WxAddress } from './wx'

/** WeChat's own answer when the app's paid quota for phone numbers is used up. */
const NO_QUOTA = 1400001
/** Codes by which the server says that the data was sealed for a session that is over. */
const KEY_GONE = ['phone.session_key_gone', 'wechat.session_expired']

export function makePerson(engine: Engine): Person {
  const files = makeFiles(engine)
  const profile = (): Promise<ProfileView> => engine.api.get('/v1/profile')

  async function need(reason: string): Promise<void> {
    if (!(await engine.gate(reason))) throw engine.error('privacy', 'privacy.refused')
  }

  return {
    async bindPhone(detail) {
      if (detail.errno === NO_QUOTA) throw engine.error('refused', 'phone.quota')
      if (!detail.code && !detail.encryptedData) {
        if (declined(detail) || !detail.errMsg || /:ok/.test(detail.errMsg)) return null
        throw failureOf(detail, false, engine.text)
      }
      const body = detail.code ? { code: detail.code } : { encrypted_data: detail.encryptedData, iv: detail.iv }
      try {
        return await engine.api.post<PhoneView>('/v1/phone', body)
      } catch (problem) {
        // the next tap makes data for the session that this opens
        if (problem instanceof YumenError && KEY_GONE.indexOf(problem.code) >= 0) {
          await engine.session.lapsed(await engine.session.token())
        }
        throw problem
      }
    },
    async chooseAddress() {
      if (!engine.wx.chooseAddress) throw engine.error('unsupported', 'unsupported')
      await need('chooseAddress')
      try {
        return addressOf(await asked<WxAddress>((o) => engine.wx.chooseAddress!(o)))
      } catch (failure) {
        if (declined(failure as { errMsg: string })) return null
        throw failureOf(failure, false, engine.text)
      }
    },
    profile,
    change: (patch) => engine.api.patch('/v1/profile', patch),
    setAvatar: (filePath) => files.send('PUT', '/v1/profile/avatar', filePath),
    information: () => informationOf(engine, profile),
    ask: (kind) => engine.api.post('/v1/rights', { kind }),
  }
}

function addressOf(chosen: WxAddress): AddressBody {
  const street = chosen.detailInfoNew ? (chosen.streetName || '') + chosen.detailInfoNew : chosen.detailInfo
  return {
    recipient: chosen.userName,
    phone: chosen.telNumber,
    province: chosen.provinceName,
    city: chosen.cityName,
    district: chosen.countyName,
    street,
    postcode: /^\d{6}$/.test(chosen.postalCode || '') ? chosen.postalCode : '',
  }
}

type Line = { label: string; value: string }
type Group = { group: string; lines: Line[] }

/** A part that is switched off, or that this person has not, is left out; a part that cannot be reached is an error. */
async function informationOf(engine: Engine, profile: () => Promise<ProfileView>): Promise<Group[]> {
  const say = engine.text
  const part = <T>(path: string): Promise<T | undefined> => engine.api.get<T>(path).catch((problem: YumenError) => {
    if (problem.kind !== 'refused') throw problem
    return undefined
  })
  type Items<T> = { items: T[] }
  const [own, places, card, devices, orders] = await Promise.all([
    profile(),
    part<Items<{ recipient: string; phone: string; place: { province: string; city: string; district: string; street: string } }>>('/v1/addresses'),
    part<{ number: string; tier: string }>('/v1/loyalty/card'),
    part<Items<{ device: string | null; opened_at: string }>>('/v1/sessions'),
    part<Items<{ id: string; placed_at: string }>>('/v1/orders'),
  ])
  const line = (label: string, value: string | null | undefined): Line[] =>
    value ? [{ label: say(label), value }] : []
  const groups: Group[] = [
    { group: say('info.profile'), lines: [
      ...line('info.nickname', own.nickname), ...line('info.phone', own.phone_masked),
      ...line('info.birthday', own.birthday), ...line('info.region', own.region),
      ...line('info.avatar', own.has_avatar ? say('info.kept') : ''),
    ] },
    { group: say('info.addresses'), lines: (places ? places.items : []).map((one) => ({
      label: one.recipient + ' ' + one.phone,
      value: one.place.province + one.place.city + one.place.district + one.place.street,
    })) },
    { group: say('info.membership'), lines: card ? line('info.card', card.number) : [] },
    { group: say('info.orders'), lines: (orders ? orders.items : []).map((one) => ({
      label: one.placed_at.slice(0, 10), value: one.id,
    })) },
    { group: say('info.devices'), lines: (devices ? devices.items : []).map((one) => ({
      label: one.opened_at.slice(0, 10), value: one.device || say('info.kept'),
    })) },
  ]
  return groups.filter((one) => one.lines.length)
}
