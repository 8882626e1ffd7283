/** Pictures, scrolling, swiping, moving on. */

export const PICTURES = ({ wx, element }) => ({
  image: {
    leaf: true,
    properties: { src: String, mode: { type: String, value: 'scaleToFill' }, lazyLoad: Boolean, showMenuByLongpress: Boolean },
    observers: {
      src() {
        place(this, wx)
      },
      ariaLabel(text) {
        if (this.picture) this.picture.alt = text || ''
      },
    },
    lifetimes: {
      attached() {
        const picture = (this.picture = document.createElement('img'))
        picture.alt = this.data.ariaLabel || ''
        picture.loading = this.data.lazyLoad ? 'lazy' : 'eager'
        const fit = { aspectFill: 'cover', aspectFit: 'contain', widthFix: 'contain' }[this.data.mode] || 'fill'
        picture.style.cssText = `width:100%;height:${this.data.mode === 'widthFix' ? 'auto' : '100%'};display:block;object-fit:${fit}`
        picture.onload = () => this.triggerEvent('load', { width: picture.naturalWidth, height: picture.naturalHeight }, {})
        picture.onerror = () => this.triggerEvent('error', { errMsg: 'fail' }, {})
        place(this, wx)
        element(this).append(picture)
      },
    },
  },
  'scroll-view': {
    properties: { scrollX: Boolean, scrollY: Boolean, scrollTop: null, scrollIntoView: String, lowerThreshold: { type: Number, value: 50 }, enhanced: Boolean, showScrollbar: Boolean, type: String, enableFlex: Boolean },
    observers: {
      'scrollX, scrollY'(x, y) {
        Object.assign(element(this).style, { overflowX: x ? 'auto' : 'hidden', overflowY: y ? 'auto' : 'hidden', whiteSpace: x ? 'nowrap' : '' })
      },
    },
    lifetimes: {
      attached() {
        const host = element(this)
        host.addEventListener('scroll', () => {
          if (host.scrollTop + host.clientHeight >= host.scrollHeight - this.data.lowerThreshold) this.triggerEvent('scrolltolower', {}, {})
        })
      },
    },
  },
  swiper: {
    properties: { current: Number, autoplay: Boolean, interval: Number, duration: Number, circular: Boolean, indicatorDots: Boolean, indicatorColor: String, indicatorActiveColor: String },
    lifetimes: {
      attached() {
        const host = element(this)
        host.addEventListener('scroll', () => {
          const current = Math.round(host.scrollLeft / host.clientWidth)
          if (current === this.data.current) return
          this.data.current = current
          this.triggerEvent('change', { current, source: 'touch' }, {})
        })
      },
    },
  },
  progress: {
    properties: { percent: Number, strokeWidth: null, activeColor: String, backgroundColor: String },
    observers: {
      percent(value) {
        element(this).style.setProperty('--percent', value + '%')
      },
    },
  },
  navigator: {
    properties: { url: String, openType: { type: String, value: 'navigate' } },
    lifetimes: {
      attached() {
        const move = { navigate: 'navigateTo', redirect: 'redirectTo', switchTab: 'switchTab', reLaunch: 'reLaunch', navigateBack: 'navigateBack' }
        element(this).setAttribute('role', 'link')
        element(this).addEventListener('click', () => wx[move[this.data.openType]]({ url: this.data.url }))
      },
    },
  },
})

/** Pictures of the app lie beside it, those of the phone in its album; those of the backend come through the serving process. */
function place(self, wx) {
  const { src } = self.data
  if (!self.picture || !src) return
  self.picture.src = /^wxfile:/.test(src) ? wx.album.address(src) : /^https?:/.test(src) ? '/phone/picture?url=' + encodeURIComponent(src) : /^data:/.test(src) ? src : '/app' + src
}
