/** Notes when the first products are painted, and when the pictures in sight are there too. */
(() => {
  const seen = () => document.querySelector('[role="link"][aria-label*="¥"]')
  const late = () => [...document.querySelectorAll('.phone-page:not([hidden]) img')]
    .filter((one) => one.getBoundingClientRect().top < innerHeight && !(one.complete && one.naturalWidth))
  const whole = () => (late().length ? setTimeout(whole, 15) : void (window.wholeScreen = performance.now()))
  new MutationObserver((_, watch) => {
    if (!seen()) return
    watch.disconnect()
    requestAnimationFrame(() => requestAnimationFrame(() => {
      window.firstScreen = performance.now()
      setTimeout(whole)
    }))
  }).observe(document, { childList: true, subtree: true })
})()
