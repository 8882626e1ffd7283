import { forget } from '../../shop/goods'
import { screen } from '../../shop/screen'

screen({
  words: 'deletion',
  data: { done: false },
  acts: {
    keep: () => wx.navigateBack(),
    done() {
      forget()
      this.setData({ done: true })
    },
    home: () => wx.switchTab({ url: '/pages/home/home' }),
  },
})
