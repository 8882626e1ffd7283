/** `wx.request` and `wx.uploadFile` through the serving process: no CORS, any header, only the addresses it was told; and the network's type. */

import { api } from './api.js'

/** Bytes a second up the radio: common figures for planning, not measured here. */
const UP = { '4g': 750_000, '3g': 50_000, '2g': 10_000 }
const UPLOAD_STEPS = 5
const CHUNK = 0x8000

export function makeNetwork(device, album) {
  const told = new Set()
  device.on((name) => {
    const networkType = device.get('network')
    if (name === 'network') told.forEach((one) => one({ isConnected: networkType !== 'none', networkType }))
  })
  return {
    request: (o) => request(device, o),
    uploadFile: (o) => upload(device, album, o),
    getNetworkType: api('getNetworkType', () => ({ networkType: device.get('network') })),
    onNetworkStatusChange: (one) => void told.add(one),
    offNetworkStatusChange: (one) => void told.delete(one),
  }
}

function request(device, o) {
  const method = (o.method || 'GET').toUpperCase()
  const header = { 'content-type': 'application/json' }
  for (const [name, value] of Object.entries(o.header || {})) header[name.toLowerCase()] = String(value)
  const stop = new AbortController()
  const asked = { url: addressOf(o.url, method, o.data), method, header, timeout: o.timeout, ...bodyOf(method, o.data) }
  exchange(device, asked, stop.signal)
    .then((answer) => end(o, o.success, { ...answer, data: dataOf(answer.data, o), cookies: [], errMsg: 'request:ok' }))
    .catch((failure) => end(o, o.fail, failed('request', failure)))
  return { abort: () => stop.abort(), onHeadersReceived() {}, offHeadersReceived() {} }
}

/** A file as one part of a form, as slowly as the radio sends, telling how far it is. */
function upload(device, album, o) {
  const stop = new AbortController()
  let hear = () => undefined
  const send = async () => {
    const form = new FormData()
    for (const [name, value] of Object.entries(o.formData || {})) form.append(name, value)
    form.append(o.name, album.blob(o.filePath), o.filePath.split('/').pop())
    const whole = new Response(form)
    const header = { ...o.header, 'content-type': whole.headers.get('content-type') }
    const bytes = await whole.arrayBuffer()
    for (let step = 1; step <= UPLOAD_STEPS; step++) {
      await new Promise((done) => setTimeout(done, (bytes.byteLength * 1000) / (UP[device.get('network')] || Infinity) / UPLOAD_STEPS))
      const totalBytesSent = Math.round((bytes.byteLength * step) / UPLOAD_STEPS)
      hear({ progress: (100 * step) / UPLOAD_STEPS, totalBytesSent, totalBytesExpectedToSend: bytes.byteLength })
    }
    return exchange(device, { url: o.url, method: 'POST', header, timeout: o.timeout, ...bodyOf('POST', bytes) }, stop.signal)
  }
  send()
    .then((answer) => end(o, o.success, { ...answer, data: dataOf(answer.data, { dataType: 'text' }), errMsg: 'uploadFile:ok' }))
    .catch((failure) => end(o, o.fail, failed('uploadFile', failure)))
  return { abort: () => stop.abort(), onProgressUpdate: (heard) => void (hear = heard), offProgressUpdate() {} }
}

async function exchange(device, asked, signal) {
  const body = JSON.stringify({ ...asked, network: device.get('network'), vantage: device.get('vantage') })
  const answer = await (await fetch('/phone/request', { method: 'POST', body, signal })).json()
  if (answer.fail) throw { errMsg: answer.fail, errno: answer.errno }
  return answer
}

const failed = (name, failure) => (failure.errMsg
  ? { ...failure, errMsg: failure.errMsg.replace(/^(request:)?fail/, name + ':fail') }
  : { errMsg: `${name}:fail ${failure.name === 'AbortError' ? 'abort' : failure.message}` })

function end(o, act, value) {
  if (act) act(value)
  if (o.complete) o.complete(value)
}

function addressOf(url, method, data) {
  if (method !== 'GET' || !data || typeof data !== 'object') return url
  const query = new URLSearchParams(Object.entries(data).map(([name, value]) => [name, String(value)]))
  return url + (url.includes('?') ? '&' : '?') + query
}

function bodyOf(method, data) {
  if (method === 'GET' || data === undefined || data === null) return {}
  if (data instanceof ArrayBuffer) return { bytes: base64(new Uint8Array(data)) }
  return { text: typeof data === 'string' ? data : JSON.stringify(data) }
}

function base64(bytes) {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(text)
}

function dataOf(encoded, o) {
  const bytes = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0))
  if (o.responseType === 'arraybuffer') return bytes.buffer
  const text = new TextDecoder().decode(bytes)
  if ((o.dataType || 'json') !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
