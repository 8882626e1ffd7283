import { current, isYumenError } from '@yumen/miniprogram'
import type { LoyaltyView } from '@yumen/miniprogram'

import { FILING } from '../../config'
import { go } from '../../shop/go'
import { forget } from '../../shop/goods'
import { choose } from '../../shop/language'
import { figure } from '../../shop/look'
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
        forget()
        await current().session.close()
        this.setData({ open: false, member: null })
      })
    },
  },
})

/** The member's standing, or nothing for somebody who is none. */
async function standing(): Promise<LoyaltyView | null> {
  try {
    return await current().loyalty.read()
  } catch (thrown) {
    if (isYumenError(thrown) && thrown.code === 'loyalty.not_member') return null
    throw thrown
  }
}
