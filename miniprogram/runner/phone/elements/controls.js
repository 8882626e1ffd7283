/** Buttons and fields. */

export const CONTROLS = ({ wx, element }) => ({
  button: {
    properties: { type: String, size: String, plain: Boolean, disabled: Boolean, loading: Boolean, formType: String, openType: String },
    observers: {
      disabled(value) {
        element(this).toggleAttribute('disabled', !!value)
        element(this).setAttribute('aria-disabled', String(!!value))
        element(this).tabIndex = value ? -1 : 0
      },
    },
    lifetimes: {
      attached() {
        const host = element(this)
        host.setAttribute('role', 'button')
        host.tabIndex = this.data.disabled ? -1 : 0
        const open = () => !this.data.disabled && pressed(this, host, wx)
        // after the framework has told the tap
        host.addEventListener('click', () => setTimeout(open))
        host.addEventListener('keydown', (event) => (event.key === 'Enter' || event.key === ' ') && host.click())
      },
    },
  },
  input: field('input', element, wx),
  textarea: field('textarea', element, wx),
  form: {
    properties: { reportSubmit: Boolean },
    lifetimes: {
      attached() {
        element(this).submitted = () => {
          const value = {}
          for (const one of element(this).querySelectorAll('*')) if (one.named) Object.assign(value, one.named())
          this.triggerEvent('submit', { value }, {})
        }
      },
    },
  },
  label: {
    properties: { for: String },
    lifetimes: {
      attached() {
        const host = element(this)
        host.addEventListener('click', (event) => {
          if (event.target.tagName === 'INPUT') return
          const meant = this.data.for ? document.getElementById(this.data.for) : host
          const control = meant && meant.querySelector('input')
          if (control) control.click()
        })
      },
    },
  },
})

async function pressed(self, host, wx) {
  const { formType, openType } = self.data
  if (formType === 'submit') host.closest('wx-form').submitted()
  if (openType === 'agreePrivacyAuthorization') {
    wx.buttons.agree()
    self.triggerEvent('agreeprivacyauthorization', {}, {})
  }
  if (openType === 'getPhoneNumber') self.triggerEvent('getphonenumber', await wx.buttons.phone(), {})
  if (openType === 'chooseAvatar') {
    const avatarUrl = await wx.buttons.avatar()
    if (avatarUrl) self.triggerEvent('chooseavatar', { avatarUrl }, {})
  }
  if (openType === 'share') wx.buttons.share()
  if (openType === 'contact') wx.buttons.contact()
}

function field(kind, element, wx) {
  return {
    leaf: true,
    properties: {
      value: { type: null, value: '' }, type: String, password: Boolean, placeholder: String, placeholderStyle: String, placeholderClass: String,
      disabled: Boolean, maxlength: { type: Number, value: 140 }, focus: Boolean, name: String, confirmType: String, autoHeight: Boolean,
    },
    observers: {
      value(value) {
        if (this.control && this.control.value !== String(value ?? '')) this.control.value = value ?? ''
      },
      placeholder(text) {
        if (this.control) this.control.placeholder = text
      },
      disabled(value) {
        if (this.control) this.control.disabled = value
      },
      ariaLabel(text) {
        if (this.control && text) this.control.setAttribute('aria-label', text)
      },
      focus(value) {
        if (value && this.control) this.control.focus()
      },
    },
    lifetimes: {
      attached() {
        const control = (this.control = document.createElement(kind))
        const { value, placeholder, disabled, password, type, maxlength, ariaLabel } = this.data
        Object.assign(control, { value: value ?? '', placeholder, disabled })
        if (kind === 'input') control.type = password ? 'password' : 'text'
        if (type === 'number' || type === 'digit') control.inputMode = 'decimal'
        if (maxlength >= 0) control.maxLength = maxlength
        if (ariaLabel) control.setAttribute('aria-label', ariaLabel)
        const told = (name) => this.triggerEvent(name, { value: control.value, cursor: control.selectionStart }, {})
        control.addEventListener('input', (event) => {
          event.stopPropagation()
          this._$.setData({ value: control.value })
          told('input')
        })
        control.addEventListener('blur', () => told('blur'))
        if (type === 'nickname') offerNickname(control, wx)
        control.addEventListener('keydown', (event) => event.key === 'Enter' && kind === 'input' && told('confirm'))
        element(this).named = () => (this.data.name ? { [this.data.name]: control.value } : {})
        element(this).append(control)
      },
    },
  }
}

/** WeChat shows the person's nickname above the keyboard; a tap puts it into the field. */
function offerNickname(control, wx) {
  let close = () => undefined
  control.addEventListener('focus', async () => {
    const name = await wx.buttons.nickname()
    if (!name || document.activeElement !== control) return
    close()
    close = wx.dialogs.offer(name, () => {
      control.value = name
      control.dispatchEvent(new Event('input'))
      close()
    })
  })
  control.addEventListener('blur', () => close())
}
