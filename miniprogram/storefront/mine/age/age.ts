import { current } from '@yumen/miniprogram'

import { readAge } from '../../shop/age'
import type { Age } from '../../shop/age'
import { moment } from '../../shop/look'
import { run, screen } from '../../shop/screen'
import type { Self } from '../../shop/screen'
import { fill } from '../../shop/words'

const YEARS_BACK = 18

screen({
  words: 'age',
  data: { age: null, link: '', start: '', end: '' },
  begin(self) {
    const now = new Date()
    const month = String(now.getMonth() + 1).padStart(2, '0')
    self.setData({ start: `${now.getFullYear() - YEARS_BACK}-${month}`, end: `${now.getFullYear()}-${month}` })
  },
  async load(self) {
    return { age: shown(await readAge(), self) }
  },
  share: ({ data, token }) => ({ title: data.t.share, page: 'mine/guardian/guardian', params: { token } }),
  acts: {
    adult() {
      return tell(this, null)
    },
    born({ detail }) {
      return tell(this, String(detail.value).slice(0, 7))
    },
    invite() {
      return run(this, async () => {
        const made = await current().api.post<{ token: string; expires_at: string }>('/v1/guardian/invitations')
        this.token = made.token
        this.setData({ link: fill(this.data.t.link_until, { moment: moment(made.expires_at) }) })
      })
    },
  },
})

const tell = (self: Self, born: string | null): Promise<boolean> =>
  run(self, async () => self.setData({ age: shown(await current().api.put<Age>('/v1/age', { born }), self) }))

function shown(age: Age, { data: { t } }: Self): Record<string, unknown> {
  return {
    band: age.band ? t['band_' + age.band] : t.unknown,
    known: !!age.band && age.band !== 'adult',
    grown: age.band === 'adult',
    guardian: t['guardian_' + age.guardian] || '',
    needed: age.guardian === 'needed',
    notAsked: age.not_asked.length ? fill(t.not_asked, { list: age.not_asked.map((one) => t[one] || one).join(t.joint) }) : '',
  }
}
