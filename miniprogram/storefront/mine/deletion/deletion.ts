import { screen } from '../../shop/screen'

screen({
  words: 'deletion',
  data: { done: false },
  acts: {
    keep: () => wx.navigateBack(),
    done() {
      this.setData({ done: true })
    },
    home: () => wx.switchTab({ url: '/pages/home/home' }),
  },
})
