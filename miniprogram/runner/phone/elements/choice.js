/** Switches, boxes, pickers. */

export const CHOICE = ({ wx, element }) => ({
  switch: toggle('checkbox', element, true),
  checkbox: toggle('checkbox', element, false),
  radio: toggle('radio', element, false),
  'checkbox-group': group('wx-checkbox', true, element),
  'radio-group': group('wx-radio', false, element),
  picker: {
    properties: {
      mode: { type: String, value: 'selector' }, range: { type: Array, value: [] }, rangeKey: String, value: null, disabled: Boolean, name: String,
      start: String, end: String, fields: String,
    },
    lifetimes: {
      attached() {
        element(this).addEventListener('click', () => !this.data.disabled && pick(this, wx))
      },
    },
  },
})

async function pick(self, wx) {
  const { mode, range, rangeKey, value, start, end, fields } = self.data
  if (mode === 'date') {
    const chosen = await wx.dialogs.date({ value, start, end, fields })
    if (chosen) self.triggerEvent('change', { value: chosen }, {})
    return
  }
  const itemList = range.map((one) => (rangeKey ? one[rangeKey] : one))
  wx.showActionSheet({ itemList, success: ({ tapIndex }) => self.triggerEvent('change', { value: tapIndex }, {}), fail: () => undefined })
}

function toggle(type, element, alone) {
  return {
    leaf: true,
    properties: { value: String, checked: Boolean, disabled: Boolean, color: String, name: String, type: String },
    observers: {
      checked(value) {
        if (this.control) this.control.checked = value
      },
      disabled(value) {
        if (this.control) this.control.disabled = value
      },
      ariaLabel(text) {
        if (this.control && text) this.control.setAttribute('aria-label', text)
      },
    },
    lifetimes: {
      attached() {
        const control = (this.control = document.createElement('input'))
        const host = element(this)
        const { checked, disabled, ariaLabel } = this.data
        Object.assign(control, { type, checked, disabled })
        if (alone && this.data.type !== 'checkbox') control.setAttribute('role', 'switch')
        if (ariaLabel) control.setAttribute('aria-label', ariaLabel)
        host.chosen = () => (control.checked ? [this.data.value] : [])
        control.addEventListener('change', (event) => {
          event.stopPropagation()
          if (alone) return this.triggerEvent('change', { value: control.checked }, {})
          const whole = host.closest('wx-checkbox-group, wx-radio-group')
          if (whole) whole.changed(host)
        })
        host.append(control)
      },
    },
  }
}

function group(item, many, element) {
  return {
    properties: { name: String },
    lifetimes: {
      attached() {
        const host = element(this)
        host.changed = (by) => {
          const all = [...host.querySelectorAll(item)]
          if (!many) for (const one of all) if (one !== by) one.querySelector('input').checked = false
          const chosen = all.flatMap((one) => one.chosen())
          this.triggerEvent('change', { value: many ? chosen : chosen[0] || '' }, {})
        }
      },
    },
  }
}
