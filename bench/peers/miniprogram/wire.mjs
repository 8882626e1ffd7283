/** `wx.request` as WeChat does it: connections kept, ten at once, one minute unless told otherwise, nothing tried twice. */

import { Agent, request as ask } from 'node:http'

const AT_ONCE = 10
const TIMEOUT_MS = 60_000

/** `place`: where the app's domain really is (`host`, `port`). `seen` is told of every exchange that begins. */
export function makeWire({ domain, place, seen }) {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

  function request(o) {
    const began = performance.now()
    let over = false
    let sent
    const end = (act, value) => {
      if (over) return
      over = true
      clearTimeout(timer)
      if (act) act(value)
      if (o.complete) o.complete(value)
    }
    const fail = (errMsg, errno) => {
      if (sent) sent.destroy()
      end(o.fail, { errMsg: `request:fail ${errMsg}`, errno })
    }
    const timer = setTimeout(() => fail('timeout', 5), o.timeout || TIMEOUT_MS)
    if (!o.url.startsWith(domain + '/')) return setImmediate(() => fail('url not in domain list', 600002))
    const method = (o.method || 'GET').toUpperCase()
    const body = o.data === undefined || method === 'GET' ? undefined : typeof o.data === 'string' ? o.data : JSON.stringify(o.data)
    const headers = { 'content-type': 'application/json', ...lower(o.header), referer: 'https://servicewechat.com/devtools/page-frame.html' }
    if (body !== undefined) headers['content-length'] = Buffer.byteLength(body)
    const path = o.url.slice(domain.length)
    if (seen) seen({ method, path, headers })

    const attempt = () => {
      sent = ask({ ...place, path, method, headers, agent })
      sent.on('response', (answer) => {
        const parts = []
        answer.on('data', (part) => parts.push(part))
        answer.on('end', () => end(o.success, {
          statusCode: answer.statusCode, header: answer.headers, data: dataOf(Buffer.concat(parts).toString(), o), cookies: [],
          errMsg: 'request:ok', profile: { fetchStart: began },
        }))
        answer.on('error', () => fail('interrupted', 600003))
      })
      sent.on('error', (broken) => {
        // a kept connection that the server had closed: every network library opens another one by itself
        if (!over && sent.reusedSocket && broken.code === 'ECONNRESET') return attempt()
        fail(broken.code || broken.message, 600001)
      })
      sent.end(body)
    }
    attempt()
    return { abort: () => fail('abort'), onHeadersReceived() {}, offHeadersReceived() {} }
  }
  return { request, close: () => agent.destroy() }
}

const lower = (header = {}) => Object.fromEntries(Object.entries(header).map(([name, value]) => [name.toLowerCase(), String(value)]))

function dataOf(text, o) {
  if ((o.dataType || 'json') !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
