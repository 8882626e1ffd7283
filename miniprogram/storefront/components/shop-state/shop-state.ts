/** What stands in the place of content: a skeleton, an empty shelf, no network, a failure, a part that needs a decision. */

Component({
  options: { multipleSlots: true },
  properties: {
    state: { type: String, value: 'loading' },
    /** `grid` of tiles, `lines`, or `page`: the shape that is awaited. */
    shape: { type: String, value: 'lines' },
    t: { type: Object, value: {} },
    empty: { type: String, value: '' },
    act: { type: String, value: '' },
    problem: { type: String, value: '' },
  },
  methods: {
    retry() {
      this.triggerEvent('retry')
    },
    go() {
      this.triggerEvent('act')
    },
    agree() {
      this.triggerEvent('agree')
    },
  },
})
