import { current } from '@yumen/miniprogram'

import { askable } from '../../shop/age'
import { run, screen } from '../../shop/screen'

screen({
  words: 'consents',
  data: { part: 'given', only: [] },
  async load() {
    await current().session.open()
    return { only: await askable() }
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
