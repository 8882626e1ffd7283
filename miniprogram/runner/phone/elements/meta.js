/** What a page says about itself: the style of its root. */

export const META = ({ element }) => {
  const dress = (self) => {
    const page = element(self).closest('wx-page')
    if (page) page.style.cssText = self.data.pageStyle
  }
  return {
    properties: { pageStyle: String },
    observers: {
      pageStyle() {
        dress(this)
      },
    },
    lifetimes: {
      attached() {
        dress(this)
      },
    },
  }
}
