import { current } from '@yumen/miniprogram'

import { askable, readAge } from '../../shop/age'
import { go } from '../../shop/go'
import { run, screen } from '../../shop/screen'

screen({
  words: 'join',
  data: { step: 'age', note: '', only: [] },
  async load() {
    await current().session.open()
    const age = await readAge()
    return { step: age.guardian === 'needed' ? 'guardian' : age.band ? 'phone' : 'age' }
  },
  acts: {
    adult() {
      return run(this, async () => {
        await current().api.put('/v1/age', { born: null })
        this.setData({ step: 'phone' })
      })
    },
    younger: () => go('/mine/age/age'),
    guardian: () => wx.redirectTo({ url: '/mine/age/age' }),
    phone({ detail }) {
      return run(this, async () => {
        const bound = await current().person.bindPhone(detail)
        if (!bound) return this.setData({ note: this.data.t.denied })
        await current().loyalty.enrol()
        current().measure.count('member.joined')
        this.setData({ step: 'choice', note: this.data.t.welcome, only: await askable() })
      })
    },
    done: () => wx.navigateBack(),
  },
})
