import { among, current, matching, route } from '@yumen/miniprogram'

import { pick } from '../../shop/photos'
import { run, screen } from '../../shop/screen'
import type { Self } from '../../shop/screen'
import { fill } from '../../shop/words'

const KINDS = ['refund_only', 'return_and_refund']
const REASONS = ['no_reason', 'not_received', 'damaged', 'defective', 'wrong_item', 'missing_parts', 'not_as_described']
const STORY_MAX = 500
const PICTURES_MAX = 6

screen({
  words: 'claim',
  data: {
    kinds: KINDS, kind: KINDS[0], reasons: REASONS, reason: REASONS[0], storyMax: STORY_MAX, pictures: [], picturesMax: PICTURES_MAX,
    opened: false, sending: '', sent: 0,
  },
  begin(self, options) {
    const found = current().links.read<{ id: string; claim: string; shipped: '0' | '1' }>(options, {
      id: matching(/ord_[0-9a-z]{26}/, ''), claim: matching(/clm_[0-9a-z]{26}/, ''), shipped: among(['0', '1'] as const, '1'),
    })
    Object.assign(self, found)
    // before it is sent there is nothing to send back
    self.setData({ opened: !!found.claim, kinds: found.shipped === '1' ? KINDS : KINDS.slice(0, 1) })
  },
  acts: {
    kind({ currentTarget }) {
      this.setData({ kind: currentTarget.dataset.name })
    },
    reason({ currentTarget }) {
      this.setData({ reason: currentTarget.dataset.name })
    },
    tell({ detail }) {
      this.story = detail.value
    },
    add() {
      return run(this, async () => {
        const chosen = await pick(PICTURES_MAX - this.data.pictures.length)
        this.setData({ pictures: [...this.data.pictures, ...chosen].slice(0, PICTURES_MAX) })
      })
    },
    drop({ currentTarget }) {
      this.setData({ pictures: this.data.pictures.filter((_: string, at: number) => at !== currentTarget.dataset.at) })
    },
    async send() {
      if (await run(this, () => send(this))) wx.navigateBack()
    },
    /** The request stands without the pictures that would not go. */
    leave: () => wx.navigateBack(),
  },
})

/** The request once, then its pictures one by one; what was sent is not sent again by a second tap. */
async function send(self: Self): Promise<void> {
  const { api, files } = current()
  const { kind, reason, t } = self.data
  if (!self.claim) {
    const body = { kind, reason, story: String(self.story || '').trim() }
    self.claim = (await api.post<{ id: string }>(route`/v1/orders/${self.id}/claims`, body)).id
    self.setData({ opened: true })
  }
  const whole = self.data.pictures.length
  try {
    for (let left = whole; left > 0; left = self.data.pictures.length) {
      self.setData({ sending: fill(t.sending, { n: whole - left + 1, all: whole }), sent: 0 })
      await files.picture(route`/v1/claims/${self.claim}/pictures`, self.data.pictures[0], ({ sent, total }) =>
        self.setData({ sent: Math.round((100 * sent) / (total || 1)) }))
      self.setData({ pictures: self.data.pictures.slice(1) })
    }
  } finally {
    if (!self.scope.ended) self.setData({ sending: '' })
  }
}
