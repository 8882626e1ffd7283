/** A product in a grid. */

import { go } from '../../shop/go'

Component({
  properties: { one: { type: Object, value: {} } },
  methods: {
    open() {
      go('/pages/product/product?id=' + (this.data.one as { id: string }).id)
    },
  },
})
