/** The bars that WeChat draws around a page: title above, tabs below, in the colours of app.json and theme.json. */

export function makeBars({ built, device, goTo, goHome, back }) {
  const { app, themes } = built
  const tabs = ((app.tabBar && app.tabBar.list) || []).map((tab) => ({ ...tab }))
  const frames = new Set()
  const first = app.entryPagePath || app.pages[0]
  /** `@name` means that name of theme.json, in the theme of the phone. */
  const valueOf = (value) => {
    const named = /^@(.+)$/.exec(value || '')
    return named ? (themes[device.get('theme')] || {})[named[1]] : value
  }

  /** A page says it, else the app, which need not say anything. */
  const lookOf = (frame) => ({ ...app.window, ...frame.json })

  function paint(frame) {
    const look = lookOf(frame)
    const white = valueOf(look.navigationBarTextStyle || 'white') === 'white'
    Object.assign(frame.head.style, { background: valueOf(look.navigationBarBackgroundColor || '#000'), color: white ? '#fff' : '#000' })
    frame.box.style.background = valueOf(look.backgroundColor || '#fff')
    if (!frame.foot) return
    frame.foot.style.background = valueOf(app.tabBar.backgroundColor || '#fff')
    tabs.forEach((tab, index) => dress(frame.foot.children[index], tab, tab.pagePath === frame.path))
  }
  function button(tab, here) {
    const made = document.createElement('button')
    made.className = 'phone-tab'
    if (here) made.setAttribute('aria-current', 'page')
    made.innerHTML = `${tab.iconPath ? '<img alt="">' : ''}<span></span><b hidden></b>`
    made.onclick = () => here || goTo(tab.pagePath)
    return made
  }
  /** What may change of a tab; its picture is asked for again only when it is another one. */
  function dress(made, tab, here) {
    made.style.color = valueOf(here ? app.tabBar.selectedColor : app.tabBar.color)
    const icon = made.querySelector('img')
    const src = icon && '/app/' + valueOf(here ? tab.selectedIconPath : tab.iconPath).replace(/^\//, '')
    if (icon && icon.getAttribute('src') !== src) icon.src = src
    made.querySelector('span').textContent = tab.text
    const badge = made.querySelector('b')
    badge.textContent = tab.badge || ''
    badge.hidden = !tab.badge
  }
  const repaint = () => [...frames].forEach((frame) => (frame.box.isConnected ? paint(frame) : frames.delete(frame)))
  device.on((name) => name === 'theme' && repaint())

  return {
    frame(path, isTab, deep) {
      const box = document.createElement('section')
      box.className = 'phone-page'
      box.dataset.page = path
      box.innerHTML = '<header class="phone-head"><button class="phone-back" aria-label="Back" hidden></button><button class="phone-home" aria-label="Home" hidden></button><span></span><i aria-hidden="true"></i></header><div class="phone-view"><main class="phone-body"><span></span></main></div>'
      const head = box.firstElementChild
      const body = box.querySelector('.phone-body')
      const frame = { path, box, head, body, json: built.parts[path].json, foot: null }
      head.querySelector('.phone-back').hidden = isTab || !deep
      head.querySelector('.phone-back').onclick = back
      // WeChat leaves nobody alone on a page that was opened by a link
      head.querySelector('.phone-home').hidden = isTab || deep || path === first
      head.querySelector('.phone-home').onclick = () => goHome(first)
      if (isTab) {
        frame.foot = Object.assign(document.createElement('nav'), { className: 'phone-tabs' })
        frame.foot.append(...tabs.map((tab) => button(tab, tab.pagePath === path)))
        box.append(frame.foot)
      }
      frame.setTitle = (title) => void (head.querySelector('span').textContent = title)
      frame.setTitle(lookOf(frame).navigationBarTitleText || '')
      frames.add(frame)
      paint(frame)
      return frame
    },
    setTab(index, change) {
      if (!tabs[index]) throw { errMsg: 'fail tabbar item not found' }
      Object.assign(tabs[index], change)
      repaint()
    },
  }
}
