/**
 * Shows a mini-program at a local address: `node serve.mjs --root ../storefront --api http://127.0.0.1:8080 …`.
 *
 * `/` is the phone with its panel, `/phone/` the phone alone. Both say that this is a simulator. Loopback only.
 */

import { createReadStream, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, extname, join, normalize, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { bundle } from './compile/bundle.mjs'
import { isFile } from './compile/project.mjs'
import { makeRoad } from './road.mjs'
import { makeWeChat } from './wechat.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))
const MEDIA = {
  '.png': 'image/png', '.jpg': 'image/jpeg', '.svg': 'image/svg+xml', '.webp': 'image/webp', '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8', '.html': 'text/html; charset=utf-8',
}
const BODY_MAX = 12_000_000

/** Every option is an address or a name; see `--help` in docs/how-to/run-the-storefront.md. */
const { values: said } = parseArgs({
  options: {
    root: { type: 'string', default: join(HERE, '../storefront') },
    sdk: { type: 'string', default: join(HERE, '../sdk/miniprogram_dist') },
    port: { type: 'string', default: '0' },
    appid: { type: 'string', default: 'wx0123456789abcdef' },
    domain: { type: 'string', default: 'https://api.velvetpine.example' },
    api: { type: 'string', default: 'http://127.0.0.1:8080' },
    wechat: { type: 'string', default: '' },
    cashier: { type: 'string', default: '' },
    minify: { type: 'boolean', default: false },
  },
})

const root = resolve(said.root)
const road = makeRoad({ [said.domain]: said.api })
const wechat = makeWeChat(said)
const built = bundle({ root, packages: { '@yumen/miniprogram': resolve(said.sdk) }, minify: said.minify })

const ACTS = { request: road.carry, owner: wechat.owner, login: wechat.login, number: wechat.number, address: wechat.address, pay: wechat.pay, vantage: wechat.vantage }

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://phone')
  if (request.method === 'POST') {
    const act = ACTS[pathname.replace('/phone/', '')]
    if (!act) return end(response, 404, 'text/plain', '')
    return end(response, 200, 'application/json', JSON.stringify(await act(JSON.parse((await bodyOf(request)) || '{}'))))
  }
  if (pathname === '/phone/picture') return road.picture(searchParams.get('url') || '', response)
  if (pathname === '/phone/bundle.js') return end(response, 200, MEDIA['.js'], (await built).js)
  if (pathname === '/phone/' || pathname === '/') {
    const file = pathname === '/' ? 'stage/index.html' : 'phone/index.html'
    return end(response, 200, MEDIA['.html'], readFileSync(join(HERE, file), 'utf8').replace('{{appid}}', said.appid))
  }
  const [folder, rest] = pathname.startsWith('/app/') ? [root, pathname.slice(5)] : [HERE, pathname.slice(1)]
  const file = join(folder, normalize(rest))
  const open = folder === root ? extname(file) !== '.js' && MEDIA[extname(file)] : /^(stage|phone)\/[\w.-]+$/.test(rest) && MEDIA[extname(file)]
  if (!open || !file.startsWith(folder + '/') || !isFile(file)) return end(response, 404, 'text/plain', '')
  response.writeHead(200, { 'content-type': MEDIA[extname(file)], 'cache-control': 'no-store' })
  createReadStream(file).pipe(response)
}

function end(response, status, type, body) {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
  response.end(body)
}

function bodyOf(request) {
  return new Promise((done, fail) => {
    const chunks = []
    let size = 0
    request.on('data', (chunk) => {
      size += chunk.length
      if (size > BODY_MAX) request.destroy()
      chunks.push(chunk)
    })
    request.on('end', () => done(Buffer.concat(chunks).toString()))
    request.on('error', fail)
  })
}

const server = createServer((request, response) => {
  answer(request, response).catch((failed) => {
    console.error(failed.message)
    if (!response.headersSent) end(response, 502, 'text/plain; charset=utf-8', failed.message)
  })
})
server.listen(Number(said.port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`))
built.catch((unfit) => {
  console.error(unfit.message)
  process.exit(1)
})
// a supervised runner ends with the process that started it
const parent = process.ppid
if (process.env.YUMEN_SUPERVISED) setInterval(() => process.ppid !== parent && process.exit(0), 1_000).unref()
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
