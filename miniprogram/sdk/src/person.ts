/** Phone, address, profile, the list of what is kept, copy and deletion: only what a person handed over by a tap. */

import type { AddressBody, DataCopy, Deletion, PhoneView, ProfileView, Said } from './api'
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

/** `yumen.person`. Whatever opens a dialog of WeChat waits for the privacy gate first. */
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
    setAvatar: (filePath, told) => files.picture('/v1/profile/avatar', filePath, told),
    async avatar() {
      if (!(await profile()).has_avatar) return ''
      const bytes = new Uint8Array(await engine.api.get<ArrayBuffer>('/v1/profile/avatar', { answer: 'bytes' }))
      // the first byte tells PNG from WebP; what is neither is JPEG
      return `data:image/${{ 137: 'png', 82: 'webp' }[bytes[0]] || 'jpeg'};base64,${base64(bytes)}`
    },
    information: async () => (await engine.api.get<{ items: Said[] }>('/v1/information', { session: 'none' })).items,
    copy: () => engine.api.post<DataCopy>('/v1/data-copy'),
    async deleteAccount() {
      const done = await engine.api.post<Deletion>('/v1/account/deletion', { confirm: 'delete' })
      await engine.session.close()
      return done
    },
  }
}

const SIGNS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** RFC 4648, section 4; WeChat's own function for it is not kept up any more. */
function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const three = (bytes[at] << 16) | ((bytes[at + 1] || 0) << 8) | (bytes[at + 2] || 0)
    text += SIGNS[three >> 18] + SIGNS[(three >> 12) & 63]
      + (at + 1 < bytes.length ? SIGNS[(three >> 6) & 63] : '=') + (at + 2 < bytes.length ? SIGNS[three & 63] : '=')
  }
  return text
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
