/**
 * Milliseconds from `require` until the SDK is made, and until its first request is sent. A file is compiled and run when it
 * is first asked for. `empty`: files of the same size with nothing in them but a comment.
 */
async ({ files, empty }) => {
  const loaded = {}
  const load = (path) => {
    const name = path.replace('./', '')
    if (loaded[name]) return loaded[name].exports
    loaded[name] = window.loading = { exports: {} }
    const script = document.createElement('script')
    script.textContent = `(function (module, exports, require) {${files[name]}
    })(window.loading, window.loading.exports, window.load)`
    document.head.append(script)
    return loaded[name].exports
  }
  window.load = load
  const began = performance.now()
  if (empty) {
    for (const name of Object.keys(files)) load(name)
    return { made: performance.now() - began, asked: 0, files: Object.keys(loaded) }
  }
  const yumen = load('./index').createYumen({
    appid: 'wx0123456789abcdef', road: { kind: 'https', hosts: ['https://api.example.cn'] }, measure: { share: 1 },
  })
  const made = performance.now() - began
  const read = Object.keys(loaded)
  await new Promise((sent) => {
    wx.request = () => (sent(), { abort() {} })
    yumen.api.get('/v1/products', { session: 'none' })
  })
  return { made, asked: performance.now() - began, files: read }
}
