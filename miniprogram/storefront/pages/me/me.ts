import { current } from '@yumen/miniprogram'

import { FILING } from '../../config'
import { go } from '../../shop/go'
import { choose } from '../../shop/language'
import { figure } from '../../shop/look'
import { standing } from '../../shop/member'
import { isOpen, run, screen } from '../../shop/screen'

screen({
  words: 'me',
  tab: true,
  data: { open: false, member: null, filing: FILING },
  async load() {
    if (!isOpen()) return { open: false, member: null }
    const found = await standing()
    return { open: true, member: found && { points: figure(found.points), tier: found.tier } }
  },
  acts: {
    go: ({ currentTarget }) => go(currentTarget.dataset.to),
    login() {
      this.agree()
    },
    async join() {
      if (await run(this, () => current().session.open())) go('/mine/join/join')
    },
    language() {
      choose(current().language === 'zh' ? 'en' : 'zh')
      this.redress()
    },
    contract() {
      return run(this, () => current().privacy.openContract())
    },
    logout() {
      return run(this, async () => {
        await current().session.close()
        this.setData({ open: false, member: null })
      })
    },
  },
})
