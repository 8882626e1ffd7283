import { current } from '@yumen/miniprogram'

import { SHARED } from '../../config'
import { isOpen, screen } from '../../shop/screen'

screen({
  words: 'information',
  data: { open: false, shared: [] },
  load: async () => ({ open: isOpen(), shared: SHARED.map((one) => one[current().language === 'zh' ? 1 : 0]) }),
  acts: { deletion: () => wx.navigateTo({ url: '/mine/deletion/deletion' }) },
})
