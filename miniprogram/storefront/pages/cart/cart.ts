import { current, isYumenError, route } from '@yumen/miniprogram'

import { go } from '../../shop/go'
import { choose, pictureOf, readBag } from '../../shop/goods'
import type { Held } from '../../shop/goods'
import { quotedLines, sumsOf } from '../../shop/order'
import type { Quote } from '../../shop/order'
import { isOpen, run, screen } from '../../shop/screen'
import type { Self } from '../../shop/screen'

interface Line {
  sku: string
  quantity: number
  title: string
  due: string
  why: string[]
  image: string
  /** Can it be bought now? */
  there: boolean
  on: boolean
}

const PIECES_MAX = 99

screen({
  words: 'cart',
  tab: true,
  data: { lines: [], sums: {}, open: false, note: '', some: false, all: false },
  async load(self) {
    if (!isOpen()) return { open: false, lines: [] }
    return { open: true, ...(await read(self)) }
  },
  acts: {
    change({ currentTarget }) {
      const { sku, to } = currentTarget.dataset
      if (to > PIECES_MAX) return undefined
      return run(this, async () => {
        const sent = await current().queue.later('PUT', route`/v1/cart/${sku}`, { quantity: to })
        if (sent === 'kept') return this.setData({ note: this.data.t.waiting, lines: changed(this, sku, to) })
        return redraw(this)
      })
    },
    choose({ currentTarget }) {
      const { sku } = currentTarget.dataset
      const off = offOf(this)
      this.off = off.indexOf(sku) < 0 ? [...off, sku] : off.filter((one) => one !== sku)
      return run(this, () => redraw(this))
    },
    chooseAll() {
      this.off = this.data.all ? this.data.lines.map((one: Line) => one.sku) : []
      return run(this, () => redraw(this))
    },
    checkout() {
      const lines: Line[] = this.data.lines
      const on = lines.filter((one) => one.on)
      const some = on.length < lines.length ? '1' : undefined
      choose(on.map((one) => one.sku))
      go(current().links.path('trade/checkout/checkout', { some }))
    },
    shop: () => wx.switchTab({ url: '/pages/category/category' }),
    login() {
      this.agree()
    },
  },
})

/** What the person took out of this purchase; forgotten with the page. */
const offOf = (self: Self): string[] => self.off || []

async function redraw(self: Self): Promise<void> {
  const { empty, ...found } = await read(self)
  self.setData({ ...found, note: '', state: empty ? 'empty' : 'ready' })
}

async function read(self: Self): Promise<Record<string, unknown>> {
  const held = await readBag(self.scope)
  if (!held.length) return { empty: true, lines: [] }
  const all = await quoted(self, held)
  // one that is no longer to be had must not hide the others: then each is asked for alone
  const alone = 'lines' in all ? [] : await Promise.all(held.map((one) => quoted(self, [one])))
  const known = [all, ...alone].flatMap((one) => ('lines' in one ? one.lines : []))
  const there = held.filter((one) => known.some((line) => line.sku === one.sku))
  const chosen = there.filter((one) => offOf(self).indexOf(one.sku) < 0)
  const sum = chosen.length === held.length ? all : chosen.length ? await quoted(self, chosen) : null
  if (sum && 'refused' in sum) throw sum.refused
  const lines = held.map((one, at) => lineOf(one, [...(sum ? sum.lines : []), ...known], chosen, alone[at]))
  return { lines, sums: sum ? sumsOf(sum) : {}, some: !!sum, all: chosen.length === there.length && !!sum }
}

/** What these cost together, or why they cannot be had. */
async function quoted(self: Self, lines: Held[]): Promise<Quote | { refused: Error }> {
  try {
    return await current().api.post<Quote>('/v1/quote', { lines }, { scope: self.scope })
  } catch (thrown) {
    if (isYumenError(thrown) && thrown.kind === 'refused') return { refused: thrown }
    throw thrown
  }
}

function lineOf({ sku, quantity }: Held, known: Quote['lines'], chosen: Held[], alone?: Quote | { refused: Error }): Line {
  const found = known.filter((one) => one.sku === sku)[0]
  const on = chosen.some((one) => one.sku === sku)
  if (found) {
    const [{ title, due, why, image }] = quotedLines([found])
    return { sku, quantity, title, due, why, image, there: true, on }
  }
  const refused = alone && 'refused' in alone ? alone.refused.message : ''
  return { sku, quantity, title: refused, due: '', why: [], image: pictureOf(sku), there: false, on }
}

/** What the bag will hold once the change has arrived. */
const changed = (self: Self, sku: string, to: number): Line[] =>
  self.data.lines.map((one: Line) => (one.sku === sku ? { ...one, quantity: to } : one)).filter((one: Line) => one.quantity > 0)
