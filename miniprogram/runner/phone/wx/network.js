/** `wx.request` through the serving process: no CORS, any header, only the addresses it was told; and the network's type. */

import { api } from './api.js'

export function makeNetwork(device) {
  const told = new Set()
  device.on((name) => {
    const networkType = device.get('network')
    if (name === 'network') told.forEach((one) => one({ isConnected: networkType !== 'none', networkType }))
  })
  return {
    request: (o) => request(device, o),
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
  const end = (act, value) => {
    if (act) act(value)
    if (o.complete) o.complete(value)
  }
  const asked = {
    url: addressOf(o.url, method, o.data), method, header, timeout: o.timeout, ...bodyOf(method, o.data),
    network: device.get('network'), vantage: device.get('vantage'),
  }
  fetch('/phone/request', { method: 'POST', body: JSON.stringify(asked), signal: stop.signal })
    .then((answer) => answer.json())
    .then((answer) => {
      if (answer.fail) throw { errMsg: answer.fail, errno: answer.errno }
      end(o.success, { ...answer, data: dataOf(answer.data, o), cookies: [], errMsg: 'request:ok' })
    })
    .catch((failure) => end(o.fail, failure.errMsg ? failure : { errMsg: `request:fail ${failure.name === 'AbortError' ? 'abort' : failure.message}` }))
  return { abort: () => stop.abort(), onHeadersReceived() {}, offHeadersReceived() {} }
}

function addressOf(url, method, data) {
  if (method !== 'GET' || !data || typeof data !== 'object') return url
  const query = new URLSearchParams(Object.entries(data).map(([name, value]) => [name, String(value)]))
  return url + (url.includes('?') ? '&' : '?') + query
}

function bodyOf(method, data) {
  if (method === 'GET' || data === undefined || data === null) return {}
  if (data instanceof ArrayBuffer) return { bytes: btoa(String.fromCharCode(...new Uint8Array(data))) }
  return { text: typeof data === 'string' ? data : JSON.stringify(data) }
}

function dataOf(base64, o) {
  const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))
  if (o.responseType === 'arraybuffer') return bytes.buffer
  const text = new TextDecoder().decode(bytes)
  if ((o.dataType || 'json') !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
