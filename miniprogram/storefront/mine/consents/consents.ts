import { current } from '@yumen/miniprogram'

import { run, screen } from '../../shop/screen'

screen({
  words: 'consents',
  data: { part: 'given' },
  async load() {
    await current().session.open()
    return {}
  },
  acts: {
    show({ currentTarget }) {
      this.setData({ part: currentTarget.dataset.part })
    },
    contract() {
      return run(this, () => current().privacy.openContract())
    },
  },
})
