import { createYumen } from '@yumen/miniprogram'

import { HOSTS } from './config'
import { askAhead, forget } from './shop/goods'
import { keptLanguage } from './shop/language'

const HOME = 'pages/home/home'

App({
  onLaunch({ path }) {
    const yumen = createYumen({
      appid: wx.getAccountInfoSync().miniProgram.appId,
      road: { kind: 'https', hosts: HOSTS },
      language: keptLanguage(),
      measure: { share: 0.1 },
    })
    yumen.session.on((event) => {
      if (event === 'switched' || event === 'ended') forget()
    })
    if (path === HOME) askAhead()
    // payments that were open when the app was closed; without a session there are none
    if (yumen.session.state === 'open') yumen.pay.resume().catch(() => undefined)
  },
  /** A link to a page that is not there, or not any more. */
  onPageNotFound() {
    wx.switchTab({ url: '/' + HOME })
  },
})
