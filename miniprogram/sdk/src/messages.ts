/** Subscribe messages: asked inside a tap, a few templates at once. */

import type { Messages, Subscribed } from './face'
import type { Engine } from './made'
import { failureOf } from './reading'
import { asked } from './wx'

const KNOWN = ['accept', 'reject', 'ban', 'filter']
/** Base libraries before 2.8.2 take one template, before 2.10 three, later ones five. */
const AT_ONCE: [string, number][] = [['2.10.0', 5], ['2.8.2', 3], ['0', 1]]

/** `yumen.messages`. Call it inside a tap: WeChat refuses it elsewhere. */
export function makeMessages(engine: Engine): Messages {
  const library = String(engine.base.SDKVersion || '3.0.0')
  const most = AT_ONCE.filter(([since]) => !older(library, since))[0][1]
  return {
    async ask(templates) {
      if (!engine.wx.requestSubscribeMessage) throw engine.error('unsupported', 'unsupported')
      const tmplIds = templates.filter((one, at) => one && templates.indexOf(one) === at).slice(0, most)
      const answer: Record<string, string> = await asked<Record<string, string>>((o) =>
        engine.wx.requestSubscribeMessage!({ ...o, tmplIds })).catch((failure) => {
        // 20004: the person has switched all messages off
        if (failure.errCode === 20004 || /cancel/.test(failure.errMsg || '')) return {}
        throw failureOf(failure, false, engine.text)
      })
      const found: Record<string, Subscribed> = {}
      for (const one of templates) {
        const said = String(answer[one]).replace(/^acceptWith.*/, 'accept')
        found[one] = KNOWN.indexOf(said) >= 0 ? (said as Subscribed) : 'unknown'
      }
      return found
    },
  }
}

/** Is version `one` older than `other`? */
export function older(one: string, other: string): boolean {
  const [a, b] = [one.split('.'), other.split('.')]
  for (let at = 0; at < 3; at++) {
    const difference = (Number(a[at]) || 0) - (Number(b[at]) || 0)
    if (difference) return difference < 0
  }
  return false
}
