/** What belongs to the phone and not to the app: its owner, settings, network, and what the owner does at dialogs. */

const OWN = 'phone.'

/** The base library of a phone that is up to date. */
export const NEWEST = '3.8.0'

/** Choices, their first value being where a new phone starts. */
export const CHOICES = {
  theme: ['light', 'dark'],
  language: ['zh_CN', 'en'],
  network: ['wifi', '4g', '3g', '2g', 'none'],
  vantage: ['none', 'mainland', 'hongkong', 'frankfurt'],
  library: [NEWEST, '2.10.0'],
  text: ['16', '19', '23'],
  cashier: ['ask', 'pay', 'cancel', 'wrong_password'],
}

export function makeDevice() {
  const listeners = new Set()
  const read = (name) => localStorage.getItem(OWN + name)
  const device = {
    get: (name) => {
      const kept = read(name)
      return CHOICES[name] && !CHOICES[name].includes(kept) ? CHOICES[name][0] : kept
    },
    set(name, value) {
      if (value === null) localStorage.removeItem(OWN + name)
      else localStorage.setItem(OWN + name, value)
      show()
      listeners.forEach((told) => told(name, value))
    },
    on: (told) => void listeners.add(told),
    /** Ask the serving process, which speaks to the simulators. Answers undefined when it refused. */
    async ask(path, body = {}) {
      const answer = await fetch('/phone/' + path, { method: 'POST', body: JSON.stringify(body) })
      return answer.ok ? answer.json() : undefined
    },
    /** The made-up person who holds this phone; a new phone gets a new person. */
    async owner() {
      if (!read('owner')) owning = owning || device.ask('owner')
      if (owning) localStorage.setItem(OWN + 'owner', (await owning).id)
      owning = undefined
      return read('owner')
    },
    /** Everything of the app and its owner forgotten: somebody else's phone. */
    replace: () => localStorage.clear(),
  }
  let owning
  const show = () => {
    document.documentElement.dataset.theme = device.get('theme')
    document.documentElement.lang = device.get('language').replace('_', '-')
  }
  show()
  return device
}
