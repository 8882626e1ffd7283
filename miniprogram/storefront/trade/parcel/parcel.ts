import { current, matching, route } from '@yumen/miniprogram'

import { carriers } from '../../shop/carriers'
import { run, screen } from '../../shop/screen'

screen({
  words: 'parcel',
  data: { carriers: [], at: -1, number: '' },
  begin(self, options) {
    self.id = current().links.read<{ claim: string }>(options, { claim: matching(/clm_[0-9a-z]{26}/, '') }).claim
    self.setData({ carriers: carriers() })
  },
  acts: {
    carrier({ detail }) {
      this.setData({ at: Number(detail.value), problem: '' })
    },
    write({ detail }) {
      this.data.number = detail.value
    },
    async send() {
      const { carriers: known, at, number, t } = this.data
      if (at < 0 || !number.trim()) return this.setData({ problem: t.need })
      const body = { carrier: known[at].id, tracking_no: number.replace(/\s/g, '') }
      if (await run(this, () => current().api.post(route`/v1/claims/${this.id}/return`, body))) wx.navigateBack()
    },
  },
})
