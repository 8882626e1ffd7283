import { current } from '@yumen/miniprogram'

import { askable } from '../../shop/age'
import { smaller } from '../../shop/photos'
import { run, screen } from '../../shop/screen'
import type { Self } from '../../shop/screen'

const PURPOSE = 'profile'
const NAME_MAX = 64

screen({
  words: 'profile',
  data: { allowed: false, asks: false, only: [PURPOSE], picture: '', nickname: '', nameMax: NAME_MAX, sent: -1, note: '' },
  async load() {
    const { consents, person, session } = current()
    await session.open()
    const [items, may, told, picture] = await Promise.all([consents.list(), askable(), person.profile(), person.avatar()])
    const allowed = items.some((one) => one.notice.purpose === PURPOSE && one.state === 'given')
    return { allowed, asks: may.indexOf(PURPOSE) >= 0, picture, nickname: told.nickname || '' }
  },
  acts: {
    avatar({ detail }) {
      return run(this, async () => {
        this.setData({ sent: 0, note: '' })
        try {
          const path = await smaller(detail.avatarUrl)
          await current().person.setAvatar(path, ({ sent, total }) => this.setData({ sent: Math.round((100 * sent) / (total || 1)) }))
        } finally {
          if (!this.scope.ended) this.setData({ sent: -1 })
        }
        await shown(this)
      })
    },
    /** WeChat looks at what was typed once the field is left, and may empty it: so the form is read, not the keys. */
    saveName({ detail }) {
      const nickname = String(detail.value.nickname || '').trim()
      return run(this, async () => {
        this.setData({ note: '' })
        await current().person.change({ nickname: nickname || null })
        await shown(this)
      })
    },
    removePicture() {
      return run(this, async () => {
        await current().api.delete('/v1/profile/avatar')
        await shown(this)
      })
    },
  },
})

/** What the server holds now, and a word that it does. */
async function shown(self: Self): Promise<void> {
  const { person } = current()
  const [told, picture] = await Promise.all([person.profile(), person.avatar()])
  if (!self.scope.ended) self.setData({ picture, nickname: told.nickname || '', note: self.data.t.kept })
}
