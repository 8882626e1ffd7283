/**
 * Journeys of both apps in turn over one link: `node drive.mjs '{"address": …}'`; answers one line of JSON.
 *
 * Options: `address`, `port`, `wechat`, `cashier` (Unix sockets), `appid`, `journeys` of each, `atOnce` in all, `network`, `seed`.
 */

import { request } from 'node:http'

import { plain, storefront } from './apps.mjs'
import { PLAIN, STOREFRONT, buy } from './person.mjs'
import { makePhone } from './phone.mjs'

const DOMAIN = 'https://api.velvetpine.example'
const TRIES_MAX = 40
const said = JSON.parse(process.argv[2])
const place = { host: said.address, port: said.port }
const clients = {
  storefront: { code: await storefront(), hands: STOREFRONT },
  plain: { code: await plain(), hands: PLAIN },
}

/** WeChat's own answers, by its own connection. */
function ask(socketPath, path, body) {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, method: 'POST', headers: { 'content-type': 'application/json' } }, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString()
        if (answer.statusCode >= 300) reject(new Error(`${path}: ${answer.statusCode} ${text.slice(0, 300)}`))
        else resolve(JSON.parse(text))
      })
    })
    sent.on('error', reject)
    sent.end(JSON.stringify(body || {}))
  })
}

async function weChatOf() {
  const person = (await ask(said.wechat, '/api/people', { count: 1 })).people.at(-1)
  const own = `/api/apps/${said.appid}/people/${encodeURIComponent(person.id)}`
  return {
    login: () => ask(said.wechat, own + '/login'),
    address: async () => ({
      userName: person.name, telNumber: '16900000001', provinceName: person.province, cityName: person.province, countyName: '',
      detailInfo: '绒松虚构路 1 号', postalCode: '200000',
    }),
    async pay(parameters) {
      const { openid } = person.openids ? { openid: person.openids[said.appid] } : await openidOf(own)
      return ask(said.cashier, '/api/cashier', { appid: said.appid, openid, outcome: 'pay', ...parameters })
    },
  }
}

function openidOf(own) {
  return new Promise((resolve, reject) => {
    request({ socketPath: said.wechat, path: own, method: 'GET' }, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () => resolve(JSON.parse(Buffer.concat(parts).toString())))
    }).on('error', reject).end()
  })
}

/** Orders of this person on the server, asked for until it answers: the same question for both apps. */
async function ordersOf(phone) {
  for (let tried = 0; phone.token() && tried < TRIES_MAX; tried++) {
    const found = await new Promise((resolve) => phone.wx.request({
      url: DOMAIN + '/v1/orders', header: { authorization: phone.token() }, timeout: 3_000,
      success: ({ statusCode, data }) => resolve(statusCode === 200 ? data.items : undefined), fail: () => resolve(undefined),
    }))
    if (found) return found.map((one) => one.state)
  }
  return []
}

/** Numbers that are the same for the same seed. */
function chances(seed) {
  let state = seed >>> 0 || 1
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296
}

async function journey(name, number) {
  const { code, hands } = clients[name]
  const chance = chances((said.seed || 1) * 100_003 + number)
  const phone = makePhone({ code, domain: DOMAIN, place, appid: said.appid, weChat: await weChatOf(), network: said.network })
  const told = await buy(phone, hands, chance)
  const { requests, payments } = phone
  const orders = await ordersOf(phone)
  phone.off()
  return { client: name, ...told, requests, payments, orders }
}

const waiting = Array.from({ length: said.journeys }, (_, at) => [['storefront', at], ['plain', at]]).flat()
const found = []
async function worker() {
  for (let next = waiting.shift(); next; next = waiting.shift()) found.push(await journey(...next))
}
const stray = []
process.on('unhandledRejection', (reason) => stray.push(String((reason && (reason.stack || reason.errMsg || reason.title)) || reason).slice(0, 400)))
await Promise.all(Array.from({ length: said.atOnce }, worker))
const outcome = JSON.stringify({ journeys: found, stray: stray.slice(0, 20), strays: stray.length })
process.stdout.write(outcome + '\n', () => process.exit(0)) // a pipe takes it piece by piece
