/** A list of any length of which only what is near the eye is drawn: what is far away is empty space of the same height. */

import type { Tile } from './goods'
import type { Self } from './screen'

/** As many tiles as came at once; `height` in px once it was drawn. */
interface Block {
  at: number
  tiles: Tile[]
  height: number
}

/** How many screens are drawn above and below the one in sight. */
const AROUND = 1.5

/** Begin anew; answers the data to show. */
export function begun(self: Self, tiles: Tile[]): Record<string, unknown> {
  const first: Block = { at: 0, tiles, height: 0 }
  self.blocks = [first]
  self.top = 0
  return { blocks: [first], above: 0, below: 0, count: tiles.length }
}

/** Has it grown beyond what came first? */
export const isGrown = (self: Self): boolean => !!self.blocks && self.blocks.length > 1

/** Put more at its end. */
export function grow(self: Self, tiles: Tile[], more: Record<string, unknown>): void {
  self.blocks.push({ at: self.blocks.length, tiles, height: 0 })
  self.setData({ ...more, count: self.data.count + tiles.length })
  draw(self)
}

/** The page was scrolled so far. */
export function scrolled(self: Self, top: number): void {
  self.top = top
  if (isGrown(self)) draw(self)
}

function draw(self: Self): void {
  const blocks: Block[] = self.blocks
  const fresh = blocks.filter((one) => !one.height && drawn(self, one))
  if (!fresh.length) return place(self, blocks)
  self.createSelectorQuery().selectAll('.block').boundingClientRect((found: { height: number; dataset: { at: number } }[]) => {
    if (self.blocks !== blocks) return // begun anew meanwhile
    for (const { height, dataset } of found) blocks[dataset.at].height = height
    place(self, blocks)
  }).exec()
}

const drawn = (self: Self, one: Block): boolean => self.data.blocks.some((other: Block) => other.at === one.at)

/** Which blocks are near the eye, and how much lies above and below them. One that was never drawn is drawn to be measured. */
function place(self: Self, blocks: Block[]): void {
  const screen = wx.getWindowInfo().windowHeight
  const [from, to] = [self.top - AROUND * screen, self.top + (1 + AROUND) * screen]
  let [top, above, below] = [0, 0, 0]
  const near = blocks.filter(({ height }) => {
    const [begins, ends] = [top, (top += height)]
    if (height && ends < from) above = ends
    else if (height && begins > to) below += height
    else return true
    return false
  })
  const shown: Block[] = self.data.blocks
  if (near.length !== shown.length || near[0].at !== shown[0].at) self.setData({ blocks: near, above, below })
}
