/** How bytes go to the backend: HTTPS through `wx.request`, or WeChat's private link to a hosted container. */

import type { Host, Method, Road } from './face'
import type { Failure, Wx, WxAnswer, WxTask } from './wx'

export interface Wire {
  method: Method
  /** Path and query. */
  target: string
  headers: Record<string, string>
  body?: string | ArrayBuffer
  timeoutMs: number
  bytes: boolean
}

export interface Reply {
  status: number
  /** By lower-case name. */
  headers: Record<string, string>
  data: unknown
  profile?: WxAnswer['profile']
}

export interface Sending {
  /** Rejects with WeChat's failure, or with `{errMsg: 'timeout'}` when nothing came in time. */
  reply: Promise<Reply>
  abort(): void
}

export interface Transport {
  /** How many hosts there are to turn to. */
  readonly hosts: number
  send(wire: Wire, host: number): Sending
  /** The address of a target, for uploads and downloads; '' when this road has none. */
  url(target: string, host: number): string
}

/** What both of WeChat's functions take. */
interface Both {
  method: string
  header: Record<string, string>
  data: Wire['body']
  timeout: number
  responseType: string
  success: (answer: WxAnswer) => void
  fail: (failure: Failure) => void
}

export function makeTransport(road: Road, wx: Wx, host: Host): Transport {
  if (road.kind === 'https') {
    const hosts = road.hosts.map((one) => one.replace(/\/+$/, ''))
    const url = (target: string, at: number): string => hosts[at % hosts.length] + target
    return {
      hosts: hosts.length,
      url,
      send: (wire, at) => watched(host, wire, (o) => wx.request({
        ...o,
        url: url(wire.target, at),
        dataType: 'text', // JSON is read here, so that a page of HTML is noticed
        enableHttp2: true,
      })),
    }
  }
  let ready = false
  return {
    hosts: 1,
    url: () => '',
    send: (wire) => watched(host, wire, (o) => {
      if (!wx.cloud) return void o.fail({ errMsg: 'callContainer:fail unsupported' })
      if (!ready) wx.cloud.init({ env: road.env })
      ready = true
      return wx.cloud.callContainer({
        ...o,
        config: { env: road.env },
        path: (road.prefix || '') + wire.target,
        header: { ...o.header, 'X-WX-SERVICE': road.service },
      })
    }),
  }
}

/** One exchange that ends exactly once, in time, whatever WeChat's own clock does. */
function watched(host: Host, { method, headers, body, timeoutMs, bytes }: Wire, start: (o: Both) => unknown): Sending {
  let fail: (failure: Failure) => void
  let task: unknown
  let over = false
  const reply = new Promise<Reply>((resolve, reject) => {
    const end = (act: () => void): void => {
      if (!over) act()
      over = true
      host.cancel(timer)
    }
    fail = (failure) => end(() => reject(failure))
    const timer = host.after(timeoutMs + 300, () => abort('timeout'))
    try {
      task = start({
        method, header: headers, data: body, timeout: timeoutMs, responseType: bytes ? 'arraybuffer' : 'text',
        success: (answer) => end(() => resolve(read(answer))), fail,
      })
    } catch (broken) {
      fail({ errMsg: String(broken) })
    }
  })
  const abort = (errMsg: string): void => {
    const running = !over && task
    fail({ errMsg })
    if (running && (running as WxTask).abort) (running as WxTask).abort()
  }
  return { reply, abort: () => abort('abort') }
}

function read(answer: WxAnswer): Reply {
  const headers: Record<string, string> = {}
  for (const name of Object.keys(answer.header || {})) headers[name.toLowerCase()] = String(answer.header![name])
  return { status: answer.statusCode, headers, data: answer.data, profile: answer.profile }
}
