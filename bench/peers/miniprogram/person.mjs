/**
 * A person who buys: eight steps, each a tap and a wait until what was meant is on the screen.
 *
 * When the app says that something failed, the person looks for a second and tries again; who has waited `GIVE_UP_MS`
 * at one step leaves. That is long: shares for shorter patience are read from the times of the steps.
 */

const GIVE_UP_MS = 30_000
const LOOK_MS = 1_000
const THINK_MS = [500, 1_500]
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Answers `{ steps: [[name, ms, tries]], done }`. `hands`: how this app is used, see below. `chance`: 0 to 1. */
export async function buy(phone, hands, chance) {
  const steps = []
  for (const [name, step] of Object.entries(hands)) {
    const began = performance.now()
    const left = () => GIVE_UP_MS - (performance.now() - began)
    let tries = 1
    let there = false
    step.tap(phone, chance)
    while (!there && left() > 0) {
      await phone.until(() => step.seen(phone) || step.failed(phone), left())
      there = step.seen(phone)
      if (there || left() <= LOOK_MS) break
      await pause(LOOK_MS)
      there = step.seen(phone) // it may have come meanwhile
      if (there || !step.failed(phone)) continue
      tries++
      step.again(phone, chance)
    }
    steps.push([name, Math.round(performance.now() - began), tries])
    if (!there) return { steps, done: false, where: `${phone.top() && phone.top().route}: ${JSON.stringify(phone.top() && phone.top().data).slice(0, 300)}` }
    await pause(THINK_MS[0] + chance() * (THINK_MS[1] - THINK_MS[0]))
  }
  return { steps, done: true }
}

const at = (phone, route) => phone.top() && phone.top().route === route
const any = (all, chance) => all[Math.floor(chance() * all.length)]
const SHUT = ['offline', 'failed', 'private']

/** A page of the storefront: ready, or with a button to try again. */
const page = (route, tap, more = () => true) => ({
  tap,
  seen: (phone) => at(phone, route) && phone.top().data.state === 'ready' && more(phone.top().data),
  failed: (phone) => at(phone, route) && SHUT.includes(phone.top().data.state),
  again: (phone) => phone.top().reload(),
})
/** Something done on a page: failed when it says so and is idle. */
const act = (tap, seen, again = tap) => ({
  tap, seen, again, failed: (phone) => !phone.top().data.busy && !!phone.top().data.problem,
})

/** How the storefront is used. */
export const STOREFRONT = {
  home: page('pages/home/home', (phone) => phone.start()),
  category: page('pages/category/category', (phone) => phone.wx.switchTab({ url: '/pages/category/category' })),
  product: page('pages/product/product', (phone, chance) => phone.wx.navigateTo({ url: '/pages/product/product?id=' + any(tilesOf(phone), chance).id })),
  add: act(tapAndAgree('add'), (phone) => phone.toasts.length > 0),
  bag: page('pages/cart/cart', (phone) => phone.wx.switchTab({ url: '/pages/cart/cart' }), (data) => data.open && data.lines.length > 0),
  checkout: page('trade/checkout/checkout', (phone) => phone.top().checkout()),
  address: act((phone) => phone.top().wechat(), (phone) => !!phone.top().data.address && !phone.top().data.busy),
  pay: {
    tap: (phone) => phone.top().pay(),
    seen: (phone) => at(phone, 'trade/paid/paid') && phone.top().data.state === 'ready',
    failed: (phone) => SHUT.includes(phone.top().data.state) || (!phone.top().data.busy && (!!phone.top().data.problem
      || (at(phone, 'trade/order/order') && phone.top().data.state === 'ready'))),
    again: (phone) => (SHUT.includes(phone.top().data.state) ? phone.top().reload() : phone.top().pay()),
  },
}

function tilesOf(phone) {
  const { tiles, blocks } = phone.top().data
  return tiles || blocks.flatMap((one) => one.tiles)
}

/** The sheet may come up: the person agrees. */
function tapAndAgree(name) {
  return (phone) => {
    void phone.top()[name]()
    void phone.until(() => phone.sheet().data.open, 10_000).then((asked) => {
      if (!asked) return
      phone.wx.agree()
      phone.sheet().agree()
    })
  }
}

const loaded = (route, tap) => ({
  tap,
  seen: (phone) => at(phone, route) && phone.top().data.ready,
  failed: (phone) => at(phone, route) && phone.top().data.failed,
  again: (phone) => phone.top().load(),
})

/** How the plain app is used. */
export const PLAIN = {
  home: loaded('pages/home/home', (phone) => phone.start()),
  category: loaded('pages/category/category', (phone) => phone.wx.switchTab({ url: '/pages/category/category' })),
  product: loaded('pages/product/product', (phone, chance) => phone.wx.navigateTo({ url: '/pages/product/product?id=' + any(phone.top().data.products, chance).id })),
  add: {
    tap: (phone) => phone.top().add(),
    seen: (phone) => phone.toasts.includes('已加入购物袋'),
    failed: (phone) => !phone.top().data.busy,
    again: (phone) => phone.top().add(),
  },
  bag: loaded('pages/cart/cart', (phone) => phone.wx.switchTab({ url: '/pages/cart/cart' })),
  checkout: loaded('trade/checkout/checkout', (phone) => phone.top().checkout()),
  address: {
    tap: (phone) => phone.top().chooseAddress(),
    seen: (phone) => !!phone.top().data.address && !phone.top().data.busy,
    failed: (phone) => !phone.top().data.busy,
    again: (phone) => phone.top().chooseAddress(),
  },
  pay: {
    tap: (phone) => phone.top().pay(),
    seen: (phone) => at(phone, 'trade/paid/paid') && phone.top().data.ready,
    failed: (phone) => (at(phone, 'trade/paid/paid') ? phone.top().data.failed : !phone.top().data.busy),
    again: (phone) => (at(phone, 'trade/paid/paid') ? phone.top().load() : phone.top().pay()),
  },
}
