/** The built-in components: ordinary components of the framework, some with one real control of the browser inside. */

import { ELEMENT } from '../../compile/names.mjs'
import { CHOICE } from './choice.js'
import { CONTROLS } from './controls.js'
import { META } from './meta.js'
import { PICTURES } from './pictures.js'

const ARIA = ['Label', 'Hidden', 'Live', 'Modal', 'Checked', 'Disabled', 'Selected', 'Expanded', 'Labelledby', 'Describedby', 'Busy', 'Current',
  'Valuenow', 'Valuemin', 'Valuemax', 'Valuetext', 'Haspopup', 'Required', 'Invalid', 'Level']

/** Answers a function that defines one of them by its name, when a template first needs it. */
export function makeElements({ space, templates, names, wx, device }) {
  // what is set after its page is gone goes nowhere, as on a phone
  const gone = document.createElement('div')
  const around = { wx, device, element: (self) => self._$.$$ || gone }
  const own = { ...PICTURES(around), ...CONTROLS(around), ...CHOICE(around), 'page-meta': META(around) }
  return (name) => {
    if (!names.has(name)) define(space, templates, names, around, name, own[name] || {})
  }
}

function define(space, templates, names, around, name, { leaf, ...own }) {
  const path = ELEMENT + name
  names.add(name)
  space.addComponentStaticConfig(path, { component: true, styleIsolation: 'shared' })
  space.addCompiledTemplate(path, { groupList: templates, content: templates[ELEMENT + (leaf ? 'leaf' : 'host')] })
  space.component(path).definition({
    ...own,
    properties: { ...common(), ...own.properties },
    observers: { ...attributes(around), ...own.observers },
  }).register()
  const components = space.getComponentSpace()
  components.setGlobalUsingComponent(name, components.getComponentByUrl('/' + path, ''))
}

const common = () => ({
  hidden: Boolean, ariaRole: String, hoverClass: String, hoverStopPropagation: Boolean, animation: null, userSelect: Boolean,
  ...Object.fromEntries(ARIA.map((name) => ['aria' + name, null])),
})

function attributes({ element }) {
  const shown = Object.fromEntries(ARIA.map((name) => ['aria' + name, function (value) {
    if (value === null || value === undefined || value === '') element(this).removeAttribute('aria-' + name.toLowerCase())
    else element(this).setAttribute('aria-' + name.toLowerCase(), value)
  }]))
  return {
    ...shown,
    hidden(value) {
      element(this).toggleAttribute('hidden', !!value)
    },
    ariaRole(value) {
      if (value) element(this).setAttribute('role', value)
    },
  }
}
