import { current } from '@yumen/miniprogram'

import { SHARED } from '../../config'
import { go } from '../../shop/go'
import { isOpen, screen } from '../../shop/screen'

screen({
  words: 'information',
  data: { open: false, shared: [] },
  load: async () => ({ open: isOpen(), shared: SHARED.map((one) => one[current().language === 'zh' ? 1 : 0]) }),
  acts: { deletion: () => go('/mine/deletion/deletion') },
})
