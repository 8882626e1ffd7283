/** The catalogue as pages show it, and the pictures of what lies in the bag. */

import { current } from '@yumen/miniprogram'
import type { Page, Scope } from '@yumen/miniprogram'

import { drop, keep, kept } from './kept'
import { money, picture } from './look'
import { fill, words } from './words'
import type { Words } from './words'

export interface Tile {
  id: string
  name: string
  price: string
  was: string
  image: string
  /** A word that says so where nothing is left. */
  gone: string
}

interface TileView {
  id: string
  name: string
  image: string | null
  price_fen: number
  list_fen: number
  several: boolean
  sold_out: boolean
}

const FRESH_MS = 60_000
const FIRST = 8

type Wish = { category?: string; q?: string; cursor?: string; limit?: number }

const ask = (query: Wish, scope?: Scope): Promise<Page<TileView>> => current().api.get('/v1/products', {
  query: { ...query, appid: current().appid }, session: 'if_open', freshMs: FRESH_MS, stale: true, scope,
})

/** Asks for the shelf of the home page before that page is there: `newest` then waits for the same answer. */
export const askAhead = (): void => void ask({ limit: FIRST }).catch(() => undefined)

/** The shelf of the home page. */
export const newest = (scope?: Scope): Promise<{ items: Tile[]; next: string }> => tiles({ limit: FIRST }, scope)

/** A page of tiles; needs no login. `q` is a search, `category` a code. */
export async function tiles(query: Wish, scope?: Scope): Promise<{ items: Tile[]; next: string }> {
  const found = await ask(query, scope)
  const t = words('home', current().language)
  return { items: found.items.map((one) => tileOf(one, t)), next: found.next_cursor || '' }
}

function tileOf(one: TileView, t: Words): Tile {
  const sum = money(one.price_fen)
  return {
    id: one.id, name: one.name, price: one.several ? fill(t.from, { sum }) : sum, was: one.list_fen > one.price_fen ? money(one.list_fen) : '',
    image: picture(one.image), gone: one.sold_out ? t.sold_out : '',
  }
}

export interface Held {
  sku: string
  quantity: number
}

/** What lies in the person's bag at the server. */
export const readBag = async (scope?: Scope): Promise<Held[]> => (await current().api.get<{ items: Held[] }>('/v1/cart', { scope })).items

let chosen: string[] = []

/** The pieces of the bag that go to the cashier next; in memory alone. */
export const choose = (skus: string[]): void => void (chosen = skus)
export const isChosen = (sku: string): boolean => chosen.indexOf(sku) >= 0

const SEEN = 'shop.seen'
const SEEN_MAX = 60

/** The server's cart knows pieces, not pictures: those of what was put into the bag stay on this phone. */
export function remember(sku: string, image: string): void {
  const others = seen().filter(([one]) => one !== sku)
  keep(SEEN, [...others, [sku, image]].slice(-SEEN_MAX))
}

export function pictureOf(sku: string): string {
  const found = seen().filter(([one]) => one === sku)[0]
  return found ? found[1] : ''
}

export const forget = (): void => drop(SEEN)

function seen(): [string, string][] {
  const found = kept(SEEN)
  return Array.isArray(found) ? found.filter((one) => Array.isArray(one) && one.length === 2) : []
}
