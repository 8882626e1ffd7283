/** The sheet that asks for the agreement to the privacy notice: refusing is as easy as agreeing, and blocks nothing else. */

import { current } from '../../src/index'
import { once, part } from '../part'

const AGREE = 'yumen-agree'

part({ title: 'sheet.title', lead: 'sheet.lead', agree: 'sheet.agree', refuse: 'sheet.refuse' }, {
  data: { open: false, contract: '' },
  show(self) {
    const yumen = current()
    if (self.unmount) self.unmount()
    // the page in front is asked: mounted again whenever it comes there
    self.unmount = yumen.privacy.mount((ask) => {
      const name = (ask && ask.contract) || yumen.text('sheet.contract_name')
      self.setData({ open: !!ask, problem: '', contract: yumen.text('sheet.contract', { name }) })
      self.triggerEvent(ask ? 'open' : 'close', ask || {})
    })
  },
  gone(self) {
    if (self.unmount) self.unmount()
  },
  methods: {
    agree: () => current().privacy.agree(AGREE),
    /** Base libraries without the gate know no such button: there the tap itself is the answer. */
    tap() {
      if (!current().wx.onNeedPrivacyAuthorization) current().privacy.agree(AGREE)
    },
    refuse: () => current().privacy.refuse(),
    read() {
      return once(this, () => current().privacy.openContract())
    },
    hold: () => undefined,
  },
})
