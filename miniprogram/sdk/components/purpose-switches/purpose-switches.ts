/** One switch for each purpose that asks. They start off; each notice can be read in place; saving answers all of them. */

import { current, isOutdated } from '../../src/index'
import type { ConsentItem } from '../../src/index'
import { ask, once, part } from '../part'
import type { Self, Tap } from '../part'

interface Line {
  purpose: string
  title: string
  text: string
  separate: boolean
  on: boolean
  open: boolean
}

part({
  lead: 'switches.lead', separate: 'switches.separate', save: 'switches.save', refuse: 'switches.refuse_all',
  more: 'switches.more', less: 'switches.less', none: 'switches.none', loading: 'loading', retry: 'retry',
}, {
  properties: { only: { type: Array, value: [] }, pending: { type: Boolean, value: false } },
  data: { items: [], busy: false },
  show: (self) => (self.data.state === 'ready' ? undefined : load(self)),
  methods: {
    load() {
      return load(this)
    },
    turn(event: Tap) {
      this.setData({ [`items[${event.currentTarget.dataset.at}].on`]: !!event.detail.value })
    },
    more(event: Tap) {
      const at = event.currentTarget.dataset.at as number
      this.setData({ [`items[${at}].open`]: !this.data.items[at].open })
    },
    save() {
      return once(this, () => answer(this, (line) => line.on))
    },
    none() {
      return once(this, () => answer(this, () => false))
    },
  },
})

type Switches = Self & { found?: ConsentItem[] }

function load(self: Switches): Promise<void> {
  const { only, pending } = self.data
  return ask(self, () => current().consents.list(), (all) => {
    self.found = all.filter((one) => (!only.length || only.indexOf(one.notice.purpose) >= 0) && (!pending || one.ask))
    return { items: self.found.map(lineOf) }
  })
}

function lineOf({ notice, state }: ConsentItem): Line {
  const separate = notice.separate_article !== null
  return { purpose: notice.purpose, title: notice.title, text: notice.text, separate, on: state === 'given', open: false }
}

async function answer(self: Switches, on: (line: Line) => boolean): Promise<void> {
  const { consents, text } = current()
  const found = self.found || []
  const lines = self.data.items as Line[]
  const choices = found.map((item, at) => ({ item, given: on(lines[at]) }))
  try {
    for (const { item, given } of choices) if (item.state === 'given' && !given) await consents.withdraw(item.notice.purpose)
    const open = choices.filter(({ item, given }) => item.state !== 'given' ? given || item.ask : given && item.ask)
    if (open.length) await consents.answer(open)
  } catch (problem) {
    if (isOutdated(problem)) await load(self)
    throw problem
  }
  self.found = found.map((item, at) => ({ ...item, ask: false, state: stateOf(item, choices[at].given) }))
  self.setData({ items: self.found.map(lineOf), note: text('switches.saved') })
  self.triggerEvent('done', { given: choices.filter((one) => one.given).map((one) => one.item.notice.purpose) })
}

function stateOf(item: ConsentItem, given: boolean): ConsentItem['state'] {
  return given ? 'given' : item.state === 'given' ? 'withdrawn' : 'refused'
}
