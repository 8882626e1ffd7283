/** The way from the phone to the backend: only to the domains told, as far as it really is, as good as the network is. */

import { setTimeout as wait } from 'node:timers/promises'

/** Round trip in ms of the radio, and bytes a second down it: common figures for planning, not measured here. */
const NETWORKS = {
  wifi: [0, Infinity], '4g': [50, 1_500_000], '3g': [300, 200_000], '2g': [650, 30_000], unknown: [0, Infinity],
}
/** Round trip in ms between a phone in the mainland and a backend at that place (yumen.sandbox.kit.vantage says whence). */
const VANTAGES = { none: 0, mainland: 15, hongkong: 45, frankfurt: 230 }
const TIMEOUT_MS = 60_000
const REFERER = 'https://servicewechat.com/devtools/page-frame.html'

/** `domains`: what the app calls its server, and where that is here. */
export function makeRoad(domains) {
  const place = (url) => {
    const domain = Object.keys(domains).find((one) => url.startsWith(one + '/'))
    return domain && domains[domain] + url.slice(domain.length)
  }

  async function carry({ url, method, header, text, bytes, timeout, network, vantage }) {
    if (network === 'none') return { fail: 'request:fail interrupted', errno: 600003 }
    const target = place(url)
    if (!target) return { fail: 'request:fail url not in domain list', errno: 600002 }
    const [radioMs, rate] = NETWORKS[network] || NETWORKS.unknown
    const limit = Math.min(timeout || TIMEOUT_MS, TIMEOUT_MS)
    const began = Date.now()
    const late = { fail: 'request:fail timeout', errno: 5 }
    try {
      const body = bytes === undefined ? text : Buffer.from(bytes, 'base64')
      const answer = await fetch(target, { method, headers: { ...header, referer: REFERER }, body, redirect: 'manual', signal: AbortSignal.timeout(limit) })
      const data = Buffer.from(await answer.arrayBuffer())
      await wait(radioMs + (VANTAGES[vantage] || 0) + (data.length / rate) * 1000)
      if (Date.now() - began > limit) return late
      return { statusCode: answer.status, header: Object.fromEntries(answer.headers), data: data.toString('base64') }
    } catch (failed) {
      return failed.name === 'TimeoutError' ? late : { fail: 'request:fail ' + (failed.cause ? failed.cause.code : failed.message), errno: 600001 }
    }
  }

  async function picture(url, response) {
    const target = place(url)
    const answer = target && (await fetch(target))
    response.writeHead(answer ? answer.status : 404, {
      'content-type': (answer && answer.headers.get('content-type')) || 'text/plain', 'cache-control': 'max-age=86400',
    })
    response.end(answer ? Buffer.from(await answer.arrayBuffer()) : '')
  }

  return { carry, picture }
}
