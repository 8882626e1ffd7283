import { current, matching, route } from '@yumen/miniprogram'

import { run, screen } from '../../shop/screen'

const KINDS = ['refund_only', 'return_and_refund']
const REASONS = ['no_reason', 'not_received', 'damaged', 'defective', 'wrong_item', 'missing_parts', 'not_as_described']
const STORY_MAX = 500

screen({
  words: 'claim',
  data: { kinds: KINDS, kind: 'refund_only', reasons: REASONS, reason: 'no_reason', storyMax: STORY_MAX },
  begin(self, options) {
    self.id = current().links.read<{ id: string }>(options, { id: matching(/ord_[0-9a-z]{26}/, '') }).id
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
    async send() {
      const { kind, reason } = this.data
      const body = { kind, reason, story: String(this.story || '').trim() }
      if (await run(this, () => current().api.post(route`/v1/orders/${this.id}/claims`, body))) wx.navigateBack()
    },
  },
})
