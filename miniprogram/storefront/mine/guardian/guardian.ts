import { current, matching, route } from '@yumen/miniprogram'
import type { NoticeView } from '@yumen/miniprogram'

import { day } from '../../shop/look'
import { run, screen } from '../../shop/screen'
import { fill } from '../../shop/words'

interface Asked {
  notice_hash: string
  purposes: string[]
}

interface Child {
  id: string
  consented_at: string | null
}

screen({
  words: 'guardian',
  data: { notices: [], given: [], asked: false, declared: false, note: '', open: '' },
  begin(self, options) {
    self.token = current().links.read<{ token: string }>(options, { token: matching(/[A-Za-z0-9_-]{32}/, '') }).token
  },
  async load(self) {
    const { api, consents, session } = current()
    await session.open()
    const { items } = await api.get<{ items: Child[] }>('/v1/guardian/consents', { scope: self.scope })
    const given = items.map((one) => ({ id: one.id, since: fill(self.data.t.since, { day: day(one.consented_at) }) }))
    if (!self.token || self.data.note) return { given, asked: false }
    const [asked, notices] = await Promise.all([api.get<Asked>(route`/v1/guardian/invitations/${self.token}`, { scope: self.scope }), consents.notices()])
    self.hash = asked.notice_hash
    const shown = notices.filter((one: NoticeView) => asked.purposes.indexOf(one.purpose) >= 0)
    return { given, asked: true, notices: shown.map(({ purpose, title, text }: NoticeView) => ({ purpose, title, text })) }
  },
  acts: {
    more({ currentTarget }) {
      const { purpose } = currentTarget.dataset
      this.setData({ open: this.data.open === purpose ? '' : purpose })
    },
    declare({ detail }) {
      this.setData({ declared: !!detail.value })
    },
    refuse() {
      this.setData({ asked: false, note: this.data.t.refused })
    },
    agreeFor() {
      return run(this, async () => {
        // the switch above says it: a guardian is grown up
        await current().api.put('/v1/age', { born: null })
        await current().api.post('/v1/guardian/consents', { token: this.token, notice_hash: this.hash })
        this.setData({ note: this.data.t.done })
        this.reload()
      })
    },
    withdraw({ currentTarget }) {
      return run(this, () => current().api.post(route`/v1/guardian/consents/${currentTarget.dataset.id}/withdraw`).then(() => this.reload()))
    },
  },
})
