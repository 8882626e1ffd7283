/** The page stack: navigation, bars at top and bottom, and the lifetimes that WeChat calls. */

import { makeBars } from './bars.js'
import { makeChannel } from './channel.js'

const STACK_MAX = 10
const BOTTOM_PX = 50

export function makePages({ built, backend, space, device, load, report }) {
  const stack = []
  const app = {}
  const top = () => stack[stack.length - 1]
  const tabs = (built.app.tabBar && built.app.tabBar.list) || []
  const isTab = (path) => tabs.some((tab) => tab.pagePath === path)
  const bars = makeBars({
    built, device, goTo: (path) => pages.switchTab({ url: '/' + path }), goHome: (path) => pages.reLaunch({ url: '/' + path }),
    back: () => pages.navigateBack(),
  })
  const call = (on, name, ...given) => {
    try {
      return typeof on[name] === 'function' ? on[name](...given) : undefined
    } catch (thrown) {
      report(thrown, name)
    }
  }
  const refuse = (errMsg) => {
    throw { errMsg }
  }

  function addressOf(url) {
    const [path, query] = url.split('?')
    const whole = path.startsWith('/') ? path.slice(1) : new URL(path, 'http://x/' + (top() ? top().path : '')).pathname.slice(1)
    if (!built.pages.includes(whole)) refuse(`fail page "${whole}" is not found`)
    // WeChat hands values over as they stand in the address, not decoded
    const pairs = (query || '').split('&').filter(Boolean).map((pair) => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)])
    return { path: whole, query: Object.fromEntries(pairs) }
  }

  const isKnown = (url) => {
    try {
      return !!addressOf(url)
    } catch {
      return false
    }
  }

  function open({ path, query }, channel) {
    load(path)
    const frame = { path, page: null, root: null, scrolled: 0, ...bars.frame(path, isTab(path), stack.length > 0) }
    document.body.append(frame.box)
    frame.root = backend.createRoot('page', space, '/' + path)
    frame.page = frame.root.get()
    Object.assign(frame.page, { route: path, options: query, getOpenerEventChannel: () => channel || makeChannel() })
    stack.push(frame)
    frame.root.attach(frame.body, frame.body.firstChild)
    frame.body.addEventListener('scroll', () => {
      if (frame.box.hidden) return // the browser's own doing: in WeChat a page that is covered stays where it is
      const { scrollTop, clientHeight, scrollHeight } = frame.body
      frame.scrolled = scrollTop
      call(frame.page, 'onPageScroll', { scrollTop })
      if (scrollTop + clientHeight >= scrollHeight - BOTTOM_PX) call(frame.page, 'onReachBottom')
    })
    call(frame.page, 'onLoad', query)
    show(frame)
    requestAnimationFrame(() => {
      frame.root.getComponent().triggerPageLifetime('ready', [])
      call(frame.page, 'onReady')
    })
  }
  function show(frame) {
    for (const other of stack) other.box.hidden = other !== frame
    // styles of a page hold on that page alone
    for (const [path, { isPage, style }] of Object.entries(built.parts)) if (isPage && style) style.disabled = path !== frame.path
    if (frame.scrolled) frame.body.scrollTop = frame.scrolled // asking a new page would have it laid out too early
    frame.root.getComponent().triggerPageLifetime('show', [])
    call(frame.page, 'onShow')
  }
  function hide(frame) {
    frame.root.getComponent().triggerPageLifetime('hide', [])
    call(frame.page, 'onHide')
  }
  function close(frame) {
    call(frame.page, 'onUnload')
    frame.root.release()
    frame.box.remove()
    stack.splice(stack.indexOf(frame), 1)
  }
  const closeAll = () => [...stack].reverse().forEach(close)

  const pages = {
    app,
    all: () => stack.map((frame) => frame.page),
    current: top,
    call,
    bars,
    navigateTo({ url, events = {} }) {
      const address = addressOf(url)
      if (isTab(address.path)) refuse('fail can not navigateTo a tabbar page')
      if (stack.length >= STACK_MAX) refuse('fail webview count limit exceed')
      const eventChannel = makeChannel(events)
      if (top()) hide(top())
      open(address, eventChannel)
      return { eventChannel }
    },
    redirectTo({ url }) {
      const address = addressOf(url)
      if (isTab(address.path)) refuse('fail can not redirectTo a tabbar page')
      if (top()) close(top())
      open(address)
    },
    reLaunch({ url }) {
      const address = addressOf(url)
      closeAll()
      open(address)
    },
    switchTab({ url }) {
      const address = addressOf(url)
      if (!isTab(address.path)) refuse('fail can not switch to no-tabBar page')
      closeAll()
      open(address)
    },
    navigateBack({ delta = 1 } = {}) {
      if (stack.length < 2) return
      for (let left = delta; left > 0 && stack.length > 1; left--) close(top())
      show(top())
    },
    /** The app begins, at the page asked for or at its first one. */
    async start(runApp, asked) {
      runApp()
      const home = '/' + (built.app.entryPagePath || built.app.pages[0])
      const known = !asked || isKnown(asked)
      const first = addressOf(known && asked ? asked : home)
      pages.launched = { ...first, scene: asked ? 1007 : 1001, referrerInfo: {} }
      call(app, 'onLaunch', pages.launched)
      call(app, 'onShow', pages.launched)
      // in WeChat the page is made by another thread: what the app asks for as it begins is on its way by then
      await new Promise((done) => setTimeout(done))
      open(first)
      // WeChat shows a page of its own for it, unless the app turns elsewhere
      if (!known) call(app, 'onPageNotFound', { path: asked, query: {}, isEntryPage: true })
    },
  }
  return pages
}
