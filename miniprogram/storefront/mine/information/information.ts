import { isOpen, screen } from '../../shop/screen'

screen({
  words: 'information',
  data: { open: false },
  load: async () => ({ open: isOpen() }),
  acts: { deletion: () => wx.navigateTo({ url: '/mine/deletion/deletion' }) },
})
