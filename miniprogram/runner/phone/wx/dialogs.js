/** What WeChat draws over a page: toasts, dialogs, sheets, pickers, the cashier. */

export function makeDialogs(device) {
  let shown
  const told = []
  const say = (en, zh) => (device.get('language') === 'en' ? en : zh)
  const add = (name, html) => {
    const cover = document.createElement('div')
    cover.className = name
    cover.innerHTML = html
    document.body.append(cover)
    return cover
  }
  const hide = () => {
    if (shown) shown.remove()
    shown = undefined
  }
  /** A dialog whose buttons have `data-say`; answers what was said and the value of its field. */
  const asked = (html, name = '') => new Promise((resolve) => {
    const cover = add('phone-cover ' + name, html)
    const panel = cover.firstElementChild
    panel.setAttribute('role', 'dialog')
    panel.setAttribute('aria-modal', 'true')
    cover.onclick = (event) => {
      const button = event.target.closest('[data-say]')
      if (!button) return
      const field = cover.querySelector('input')
      cover.remove()
      resolve({ said: button.dataset.say, value: field ? field.value : null })
    }
    const first = panel.querySelector('input, button')
    if (first) first.focus({ preventScroll: true })
  })
  const button = (said, text, kind = '') => `<button data-say="${said}" class="${kind}">${escape(text)}</button>`

  return {
    say,
    hide,
    /** Every toast so far. */
    told,
    asked,
    button,
    /** An offer above the keyboard, taken by a tap; answers how to take it away. */
    offer(text, taken) {
      const bar = add('phone-offer', `<button>${escape(text)}</button>`)
      // before the field loses its focus
      bar.onpointerdown = (event) => event.preventDefault()
      bar.onclick = () => taken()
      return () => bar.remove()
    },
    toast({ title, duration = 1500 }) {
      hide()
      told.push(title)
      shown = add('phone-toast', escape(title))
      shown.setAttribute('role', 'status')
      const mine = shown
      if (duration) setTimeout(() => mine.remove(), duration)
    },
    async modal(o) {
      const { said, value } = await asked(`<div class="phone-modal"><h3>${escape(o.title)}</h3><p>${escape(o.content)}</p>${
        o.editable ? `<input placeholder="${escape(o.placeholderText)}">` : ''}<footer>${
        o.showCancel === false ? '' : button('no', o.cancelText || say('Cancel', '取消'))}${
        button('yes', o.confirmText || say('OK', '确定'), 'strong')}</footer></div>`)
      return { confirm: said === 'yes', cancel: said !== 'yes', content: value }
    },
    async actions({ itemList }) {
      const { said } = await asked(`<div class="phone-sheet">${itemList.map((text, at) => button(at, text)).join('')}${
        button('no', say('Cancel', '取消'))}</div>`, 'low')
      if (said === 'no') throw { errMsg: 'fail cancel' }
      return { tapIndex: Number(said) }
    },
    async date({ value, start, end, fields }) {
      const type = fields === 'month' ? 'month' : 'date'
      const { said, value: chosen } = await asked(`<div class="phone-sheet"><input type="${type}" value="${escape(value)}" min="${escape(start)}" max="${escape(end)}"><footer>${
        button('no', say('Cancel', '取消'))}${button('yes', say('Choose', '确定'), 'strong')}</footer></div>`, 'low')
      return said === 'yes' && chosen ? chosen : null
    },
  }
}

export function escape(text) {
  return String(text ?? '').replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign])
}
