/** Orders as pages show them. */

import { current } from '@yumen/miniprogram'
import type { OrderState } from '@yumen/miniprogram'

import { pictureOf } from './goods'
import { money } from './look'
import type { Words } from './words'

export interface OrderView {
  id: string
  state: OrderState
  lines: { number: number; sku: string; title_en: string; title_zh: string; quantity: number; due_fen: number; refunded_quantity: number }[]
  goods_fen: number
  shipping_fen: number
  total_fen: number
  paid_fen: number
  refunded_fen: number
  placed_at: string
  pay_by_at: string
  paid_at: string | null
  shipped_at: string | null
  recipient: string
  phone_masked: string
  place: { province: string; city: string; district: string; street: string }
  parcels: { id: string; carrier: string; tracking_no: string }[]
  refunds: { id: string; amount_fen: number; state: string; settled_at: string | null }[]
  claims: { id: string; kind: string; state: string; amount_fen: number }[]
}

/** What a cart costs, with the reason of every step in the shopper's language. */
export interface Quote {
  lines: { sku: string; title_en: string; title_zh: string; quantity: number; due_fen: number; steps: { name: string; fen: number }[] }[]
  goods_fen: number
  saved_fen: number
  shipping: { list_fen: number; saved_fen: number; reason: string }
  total_fen: number
}

/** An order's number as printed: the last ten signs of its id. */
export const numberOf = (id: string): string => id.slice(-10).toUpperCase().replace(/(.{5})/, '$1 ')

export const linesOf = (lines: { sku: string; title_en: string; title_zh: string; quantity: number; due_fen: number }[]) =>
  lines.map((one, at) => ({
    key: one.sku + at,
    sku: one.sku,
    title: current().language === 'zh' ? one.title_zh : one.title_en,
    quantity: one.quantity,
    due: money(one.due_fen),
    image: pictureOf(one.sku),
  }))

/** The lines of a quote, each with what changed its list price. */
export const quotedLines = (lines: Quote['lines']) =>
  linesOf(lines).map((line, at) => ({ ...line, why: lines[at].steps.slice(1).map(({ name, fen }) => `${name} ${money(fen)}`) }))

export const sumsOf = ({ goods_fen, saved_fen, shipping, total_fen }: Quote): Record<string, string> => ({
  goods: money(goods_fen), saved: saved_fen ? money(-saved_fen) : '', total: money(total_fen),
  shipping: shipping.list_fen ? money(shipping.list_fen) : '', waived: shipping.saved_fen ? money(-shipping.saved_fen) : '', reason: shipping.reason,
})

/** Paid, packing, on its way, yours: which of them is done, and which is now. */
export function stepsOf(state: OrderState, t: Words): { text: string; mark: string }[] {
  const reached = { paid: 1, shipped: 2, received: 3, completed: 3 }[state as string] || 0
  return [t.step_paid, t.step_packing, t.step_way, t.step_yours].map((text, at) => ({
    text, mark: at < reached ? 'done' : at === reached ? 'now' : '',
  }))
}

export const placeText = (place: OrderView['place']): string => {
  const parts = [place.province, place.city === place.province ? '' : place.city, place.district, place.street]
  return parts.filter(Boolean).join(current().language === 'zh' ? '' : ' ')
}
