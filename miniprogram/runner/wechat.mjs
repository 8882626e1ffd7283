/** WeChat's and WeChat Pay's side of the phone: what the simulators of this project answer at their admin addresses. */

export function makeWeChat({ appid, wechat, cashier }) {
  const ask = async (base, method, path, body) => {
    if (!base) throw new Error('no simulator of WeChat was named: --wechat, --cashier')
    const answer = await fetch(base + path, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${(await answer.text()).slice(0, 200)}`)
    return answer.status === 204 ? {} : answer.json()
  }
  const of = (owner) => `/api/apps/${appid}/people/${encodeURIComponent(owner)}`
  /** Only what a phone needs to know of the made-up person. */
  const people = new Map()

  return {
    async owner() {
      const made = (await ask(wechat, 'POST', '/api/people', { count: 1 })).people.at(-1)
      people.set(made.id, made)
      return { id: made.id }
    },
    login: ({ owner }) => ask(wechat, 'POST', of(owner) + '/login'),
    number: ({ owner }) => ask(wechat, 'POST', of(owner) + '/phone'),
    async pay({ owner, parameters, outcome }) {
      const { openid } = await ask(wechat, 'GET', of(owner))
      return ask(cashier, 'POST', '/api/cashier', { appid, openid, outcome, ...parameters })
    },
    /** The address book of a made-up person: invented here from what is known of them. */
    address({ owner }) {
      const person = people.get(owner) || { name: '绒小松', pure_phone: '16900000001', province: '上海市', district: '徐汇区', number: 1 }
      const phone = person.country_code === undefined || person.country_code === '86' ? person.pure_phone : '16900000001'
      return {
        userName: person.name, telNumber: phone, provinceName: person.province, cityName: person.district || person.province,
        countyName: '', detailInfo: `绒松虚构路 ${100 + (person.number % 90)} 号 1203 室`, postalCode: '200000',
      }
    },
    /** Where the backend seems to stand, as WeChat sees it; the phone's own way is made longer by the road. */
    async vantage({ place }) {
      await ask(wechat, 'PATCH', `/api/apps/${appid}`, { vantage: place })
      return {}
    },
  }
}
