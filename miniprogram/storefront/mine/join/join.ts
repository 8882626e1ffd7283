import { current } from '@yumen/miniprogram'

import { run, screen } from '../../shop/screen'

interface Age {
  band: 'child' | 'teen' | 'adult' | null
  guardian: 'not_needed' | 'needed' | 'given'
}

screen({
  words: 'join',
  data: { step: 'age', note: '' },
  async load() {
    await current().session.open()
    const age = await current().api.get<Age>('/v1/age')
    return { step: age.guardian === 'needed' ? 'guardian' : age.band ? 'phone' : 'age' }
  },
  acts: {
    adult() {
      return run(this, async () => {
        await current().api.put('/v1/age', { born: null })
        this.setData({ step: 'phone' })
      })
    },
    younger: () => wx.navigateTo({ url: '/mine/age/age' }),
    guardian: () => wx.redirectTo({ url: '/mine/age/age' }),
    phone({ detail }) {
      return run(this, async () => {
        const bound = await current().person.bindPhone(detail)
        if (!bound) return this.setData({ note: this.data.t.denied })
        await current().loyalty.enrol()
        current().measure.count('member.joined')
        this.setData({ step: 'choice', note: this.data.t.welcome })
      })
    },
    done: () => wx.navigateBack(),
  },
})
