/** Starts a bundled mini-program on WeChat's component framework (glass-easel), with the phone of this folder around it. */

import * as adapter from 'glass-easel-miniprogram-adapter'

import { makeDevice } from './device.js'
import { makeElements } from './elements/index.js'
import { makePages } from './pages.js'
import { makeWx } from './wx/index.js'

const { glassEasel } = adapter

export async function boot(built) {
  const problems = []
  const report = (thrown, where) => {
    problems.push({ where, message: String((thrown && (thrown.message || thrown.errMsg)) || thrown) })
    console.error(`[${where}]`, thrown)
  }
  // beside its panel the phone needs no word of its own that it is a simulator
  document.documentElement.toggleAttribute('data-framed', window.parent !== window)
  const device = makeDevice()
  const elements = new Set()
  const { space, backend } = makeSpace(elements, report)
  const load = makeLoader(built, space, (tag) => define(tag))
  const pages = makePages({ built, backend, space, device, load, report })
  const wx = makeWx({ built, pages, device, report })
  const define = makeElements({ space, templates: built.templates, names: elements, wx, device })
  Object.assign(window, { wx, getApp: () => pages.app, getCurrentPages: pages.all, App: (own) => Object.assign(pages.app, own) })
  Object.assign(window, { getRegExp: (text, flags) => new RegExp(text, flags), getDate: (...parts) => new Date(...parts) })
  window.global = {}
  window.__constructorName = (value) => (value == null ? undefined : Object.prototype.toString.call(value).slice(8, -1))
  addStyle(built.appCss, 'app.wxss')
  // the hand on the phone: tests and the panel beside it
  window.phone = { device, pages, problems, wx }
  await pages.start(built.runApp, new URLSearchParams(location.search).get('page'))
  document.documentElement.dataset.ready = 'true'
}

/** A code space whose elements are named `wx-…`, so that style sheets and tests find them. */
function makeSpace(elements, report) {
  const context = new glassEasel.CurrentWindowBackendContext()
  const real = context.document
  context.document = {
    createElement: (tag) => named(real.createElement(tag === 'page' || elements.has(tag) ? 'wx-' + tag : tag)),
    createTextNode: (text) => real.createTextNode(text),
    createDocumentFragment: () => real.createDocumentFragment(),
  }
  // this version of the framework has a way to hand DOM events in, but no code that dispatches them
  context.onEvent((target, type, detail, options) => {
    const event = new glassEasel.Event(type, detail, options)
    glassEasel.Event.dispatchEvent(target, event)
    return event.getEventBubbleStatus()
  })
  glassEasel.globalOptions.throwGlobalError = false
  glassEasel.addGlobalErrorListener((thrown, facts) => {
    report(thrown, (facts && facts.type) || 'component')
    return true
  })
  window.addEventListener('error', (event) => report(event.error || event.message, 'window'))
  window.addEventListener('unhandledrejection', (event) => report(event.reason, 'promise'))
  const environment = new adapter.MiniProgramEnv()
  const space = environment.createCodeSpace('app', true)
  // a handler may be a function that was put on the page itself, as uni-app does
  space.getComponentSpace().updateComponentOptions({ writeIdToDOM: true, useMethodCallerListeners: true })
  return { space, backend: environment.associateBackend(context) }
}

/** Ids without the prefix of their instance, and `rpx` in `style` attributes. */
function named(element) {
  const set = element.setAttribute.bind(element)
  element.setAttribute = (name, value) =>
    set(name, name === 'style' ? String(value).replace(/(-?\d*\.?\d+)rpx\b/g, 'calc(var(--rpx) * $1)') : value)
  Object.defineProperty(element, 'id', {
    configurable: true,
    get: () => element.getAttribute('id') || '',
    set: (id) => set('id', String(id).replace(/^.*--/, '')),
  })
  return element
}

/**
 * Parts are loaded when first used. `Page`, `Component` and `Behavior` are there from the start, as in WeChat, so that a
 * framework may put its own around them; what they make belongs to the part that is loaded just then.
 */
function makeLoader(built, space, define) {
  const loaded = new Set()
  const templates = { '': built.templates }
  const templatesOf = (name) => (templates[name] ??= new Function(`return ${built.asleep[name]}`)())
  let making
  for (const name of ['Page', 'Component', 'Behavior']) window[name] = (own) => making[name](own)
  return function load(path) {
    if (loaded.has(path)) return
    loaded.add(path)
    const part = built.parts[path]
    for (const used of Object.values(part.json.usingComponents)) load(used.slice(1))
    part.elements.forEach(define)
    space.addComponentStaticConfig(path, { ...part.json, component: !part.isPage && part.json.component !== false })
    const groupList = templatesOf(part.package)
    space.addCompiledTemplate(path, { groupList, content: groupList[path] })
    space.addStyleSheet(path, undefined, part.scope || '')
    if (part.css) part.style = addStyle(part.css, path)
    space.componentEnv(path, (makers) => {
      const before = making
      making = makers
      try {
        part.run()
      } finally {
        making = before
      }
    })
  }
}

function addStyle(css, name) {
  const style = document.createElement('style')
  style.dataset.of = name
  style.textContent = css
  document.head.append(style)
  return style
}
