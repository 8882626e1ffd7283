/** Parameters from outside: links, QR scenes, share cards. Whatever stands in them, the page gets what it can use. */

import type { Links, Param } from './face'
import type { Engine } from './made'
import { has } from './texts'

const LENGTH_MAX = 512
const SCENE = /^[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}$/
const PAGE = /^\/?([a-z0-9][a-z0-9_-]*\/)+[a-z0-9][a-z0-9_-]*$/i

/** Text that fits a pattern from end to end, or `otherwise`. */
export const matching = <T extends string | undefined>(pattern: RegExp, otherwise: T): Param<string | T> => (text) => {
  const found = text === undefined ? null : new RegExp(pattern.source, pattern.flags.replace('g', '')).exec(text)
  return found && found[0] === text ? text! : otherwise
}

/** A whole number from `least` to `most`, or `otherwise`. */
export const numeric = (least: number, most: number, otherwise: number): Param<number> => (text) => {
  const value = text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : NaN
  return value >= least && value <= most ? value : otherwise
}

/** One of some words, or `otherwise`. */
export const among = <T extends string>(all: readonly T[], otherwise: T): Param<T> => (text) =>
  all.indexOf(text as T) >= 0 ? (text as T) : otherwise

/** Words a person may have typed: no control characters, at most so many. */
export const words = (most: number): Param<string> => (text) =>
  // eslint-disable-next-line no-control-regex
  (text || '').replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, ' ').trim().slice(0, most)

/** `yumen.links`. Nothing that stands in a link raises; what an app itself builds does. */
export function makeLinks(engine: Engine): Links {
  const page = (name: string): string => {
    if (!PAGE.test(name)) throw engine.error('refused', 'link.page_unfit')
    return name.replace(/^\/?/, '/')
  }
  const join = (params: Record<string, string | number | undefined>): string => Object.keys(params)
    .filter((name) => params[name] !== undefined)
    .map((name) => encodeURIComponent(name) + '=' + encodeURIComponent(String(params[name])))
    .join('&')
  const path: Links['path'] = (name, params = {}) => {
    const query = join(params)
    return page(name) + (query ? '?' + query : '')
  }
  return {
    read(options, table) {
      const given = textsOf(options)
      const found = {} as { [name: string]: unknown }
      for (const name of Object.keys(table)) {
        found[name] = (table as Record<string, Param<unknown>>)[name](has(given, name) ? given[name] : undefined)
      }
      return found as never
    },
    scene(params) {
      const text = Object.keys(params).map((name) => name + '=' + String(params[name])).join('&')
      if (!SCENE.test(text)) throw engine.error('refused', 'link.scene_unfit')
      return text
    },
    path,
    share: ({ title, page: name, params, image }) => ({
      title: title.slice(0, 60),
      path: path(name, params),
      ...(image ? { imageUrl: image } : {}),
    }),
  }
}

/** Page options as texts, each decoded once; those of a QR code's `scene` (`a=1&b=2`) beside them. */
function textsOf(options: Record<string, unknown> | undefined): Record<string, string> {
  const found: Record<string, string> = {}
  const put = (name: string, value: unknown): void => {
    if (typeof value === 'string' && value.length <= LENGTH_MAX && name !== '__proto__') found[name] = decode(value)
  }
  for (const name of Object.keys(options && typeof options === 'object' ? options : {})) put(name, options![name])
  if (has(found, 'scene')) {
    for (const pair of found.scene.split('&').slice(0, 16)) {
      const at = pair.indexOf('=')
      if (at > 0 && !has(found, pair.slice(0, at))) put(pair.slice(0, at), pair.slice(at + 1))
    }
  }
  return found
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
