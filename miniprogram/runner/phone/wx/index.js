/** The `wx` of this phone: the part that a shop needs. What is missing throws, so that no test passes on a silent nothing. */

import { NEWEST } from '../device.js'
import { api } from './api.js'
import { makeAlbum } from './album.js'
import { makeDialogs } from './dialogs.js'
import { makeNetwork } from './network.js'
import { makePerson } from './person.js'
import { makeStorage } from './storage.js'
import { makeSystem } from './system.js'

const NAVIGATION = ['navigateTo', 'redirectTo', 'reLaunch', 'switchTab', 'navigateBack']

export function makeWx({ built, pages, device }) {
  const dialogs = makeDialogs(device)
  const album = makeAlbum()
  const wx = {
    ...makeStorage(),
    ...makeSystem({ pages, device }),
    ...makeNetwork(device, album),
    ...makePerson({ device, dialogs, pages, album }),
    ...album.wx,
    album,
    showToast: api('showToast', dialogs.toast),
    hideToast: api('hideToast', dialogs.hide),
    showLoading: api('showLoading', (asked) => dialogs.toast({ ...asked, duration: 0 })),
    hideLoading: api('hideLoading', dialogs.hide),
    showModal: api('showModal', dialogs.modal),
    showActionSheet: api('showActionSheet', dialogs.actions),
    setNavigationBarTitle: api('setNavigationBarTitle', ({ title }) => pages.current().setTitle(title)),
    setTabBarItem: api('setTabBarItem', ({ index, text }) => pages.bars.setTab(index, { text })),
    setTabBarBadge: api('setTabBarBadge', ({ index, text }) => pages.bars.setTab(index, { badge: text })),
    removeTabBarBadge: api('removeTabBarBadge', ({ index }) => pages.bars.setTab(index, { badge: '' })),
    pageScrollTo: api('pageScrollTo', ({ scrollTop }) => void (pages.current().body.scrollTop = scrollTop)),
    stopPullDownRefresh: api('stopPullDownRefresh', () => undefined),
    createSelectorQuery: () => pages.current().page.createSelectorQuery(),
    previewImage: api('previewImage', () => undefined),
    dialogs,
  }
  if (device.get('library') !== NEWEST) for (const name of LATER) delete wx[name]
  for (const name of NAVIGATION) wx[name] = api(name, (asked) => pages[name](asked))
  return new Proxy(wx, {
    get(own, name) {
      // the SDK feels for what an old base library may lack
      if (name in own || typeof name === 'symbol' || ABSENT.includes(name) || LATER.includes(name)) return own[name]
      throw new Error(`wx.${String(name)} is not on this simulated phone`)
    },
  })
}

/** What WeChat added after base library 2.10.0: missing on a phone that is set to it. */
const LATER = [
  'getPrivacySetting', 'requirePrivacyAuthorize', 'onNeedPrivacyAuthorization', 'openPrivacyContract', 'chooseMedia', 'getAppBaseInfo',
  'getDeviceInfo', 'getWindowInfo',
]
/** Known to WeChat and left out here, so that apps feel for them; and what Taro's bundler keeps there for itself. */
const ABSENT = ['cloud', 'getPerformance', 'downloadFile', 'webpackJsonp']
