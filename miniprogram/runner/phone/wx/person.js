/** What WeChat does for the person who holds the phone: login, number, address, payment, and the gate before all that. */

import { NEWEST } from '../device.js'
import { api } from './api.js'
import { escape } from './dialogs.js'

/** Made up, as everybody here. */
const NICKNAMES = ['松间客', 'Mei', '雪落无声', 'Pine & Tea', '小满']

export function makePerson({ device, dialogs, pages, album }) {
  const { say, button } = dialogs
  const gate = makeGate(device)
  /** A call that WeChat lets through only after the privacy contract was agreed to. */
  const gated = (name, act) => api(name, async (asked) => {
    if (!(await gate.open(name))) throw { errMsg: 'fail privacy permission is not authorized', errno: 104 }
    return act(asked)
  })
  const ask = async (path, body) => {
    const answer = await device.ask(path, { owner: await device.owner(), ...body })
    if (!answer) throw { errMsg: 'fail system error' }
    return answer
  }

  /** The cashier: the person decides, unless the panel has decided before. */
  async function pay(parameters) {
    const decided = device.get('cashier')
    const said = decided !== 'ask' ? decided : (await dialogs.asked(`<div class="phone-sheet phone-cashier"><small>${
      escape(say('Simulated WeChat Pay. No money moves.', '模拟微信支付，不会产生真实扣款'))}</small><h3>${
      escape(say('Pay this order?', '确认支付？'))}</h3><footer>${button('cancel', say('Close', '关闭'))}${
      button('pay', say('Pay now', '立即支付'), 'strong')}</footer></div>`, 'low')).said
    const answer = await ask('pay', { parameters, outcome: said })
    if (!answer.errMsg.endsWith(':ok')) throw { errMsg: answer.errMsg }
    return {}
  }

  return {
    login: api('login', () => ask('login')),
    checkSession: api('checkSession', () => ({})),
    getPrivacySetting: api('getPrivacySetting', () => ({ needAuthorization: !gate.agreed(), privacyContractName: say('the privacy guide', '《用户隐私保护指引》') })),
    requirePrivacyAuthorize: gated('requirePrivacyAuthorize', () => undefined),
    onNeedPrivacyAuthorization: gate.listen,
    openPrivacyContract: api('openPrivacyContract', () => void dialogs.modal({
      title: say('Privacy guide', '隐私保护指引'),
      content: say('In WeChat this opens the guide that was filed for this mini-program.', '在微信中，此处显示本小程序提交的隐私保护指引。'),
      showCancel: false,
    })),
    chooseAddress: gated('chooseAddress', () => ask('address')),
    chooseMedia: gated('chooseMedia', async ({ count = 9 }) => {
      await dialogs.actions({ itemList: [say('Take a picture', '拍摄'), say('Choose from the album', '从手机相册选择')] })
      const path = await album.draw(`${Date.now()} ${count}`)
      return { type: 'image', tempFiles: [{ tempFilePath: path, fileType: 'image', size: album.blob(path).size }] }
    }),
    setClipboardData: gated('setClipboardData', () => undefined),
    requestPayment: api('requestPayment', ({ timeStamp, nonceStr, package: prepay, signType, paySign }) =>
      pay({ timeStamp, nonceStr, package: prepay, signType, paySign })),
    requestSubscribeMessage: api('requestSubscribeMessage', async ({ tmplIds }) => {
      const { confirm } = await dialogs.modal({ title: say('Get messages from this shop?', '允许发送订阅消息？'), content: '' })
      return Object.fromEntries(tmplIds.map((one) => [one, confirm ? 'accept' : 'reject']))
    }),
    showShareMenu: api('showShareMenu', () => undefined),
    /** For the elements of this phone: buttons with an open-type. */
    buttons: {
      agree: gate.agree,
      phone: async () => {
        if (!(await gate.open('getPhoneNumber'))) return { errMsg: 'getPhoneNumber:fail privacy permission is not authorized', errno: 104 }
        const { confirm } = await dialogs.modal({
          title: say('Share your phone number?', '申请获取你的手机号'), content: '',
          confirmText: say('Allow', '允许'), cancelText: say('Refuse', '拒绝'),
        })
        return confirm ? ask('number') : { errMsg: 'getPhoneNumber:fail user deny', errno: 103 }
      },
      /** The path of the picture chosen; '' when the person closed the sheet or the gate. */
      avatar: async () => {
        if (!(await gate.open('chooseAvatar'))) return ''
        const itemList = [say('Use my WeChat picture', '用微信头像'), say('Choose from the album', '从相册选择')]
        return dialogs.actions({ itemList }).then(async ({ tapIndex }) => album.draw(`${await device.owner()} ${tapIndex}`), () => '')
      },
      /** What WeChat offers above the keyboard of a field for a nickname; '' behind the gate. */
      nickname: async () => ((await gate.open('nickname')) ? NICKNAMES[[...(await device.owner())].reduce((sum, sign) => sum + sign.charCodeAt(0), 0) % NICKNAMES.length] : ''),
      share: () => {
        const card = pages.call(pages.current().page, 'onShareAppMessage', { from: 'button' }) || {}
        device.set('shared', card.path || '')
        return dialogs.modal({ title: say('Sent to a friend', '已转发给朋友'), content: card.title || '', showCancel: false })
      },
      contact: () => dialogs.modal({
        title: say('Customer service', '客服会话'), content: say('In WeChat a chat with the shop opens here.', '在微信中，此处打开与商家的会话。'), showCancel: false,
      }),
    },
  }
}

/** WeChat's authorisation gate: agreed once for the app, taken back in the panel (in WeChat: in the app's settings). */
function makeGate(device) {
  let listener
  let waiting = []
  // an old WeChat has no gate: what the app does about privacy is its own
  const agreed = () => device.get('privacy') === 'agreed' || device.get('library') !== NEWEST
  const settle = (yes) => {
    if (yes) device.set('privacy', 'agreed')
    const all = waiting
    waiting = []
    all.forEach((resolve) => resolve(yes))
  }
  return {
    agreed,
    listen: (told) => void (listener = told),
    agree: () => settle(true),
    open(referrer) {
      if (agreed()) return true
      if (!listener) return false
      return new Promise((resolve) => {
        waiting.push(resolve)
        listener(({ event }) => {
          if (event === 'agree') settle(true)
          if (event === 'disagree') settle(false)
        }, { referrer })
      })
    },
  }
}
