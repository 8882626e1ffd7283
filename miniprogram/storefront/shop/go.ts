/** To another page, once, however often it is tapped before that page is there. */

let under = false

export function go(url: string): void {
  if (under) return
  under = true
  wx.navigateTo({
    url,
    complete() {
      under = false
    },
  })
}
