/** Milliseconds for reading, compiling and running the SDK and putting it together, as WeChat runs a module. */
(source) => {
  const own = document.createElement('script')
  own.textContent = `(function (module, exports) {${source}
  })(window.made = { exports: {} }, window.made.exports)
  window.made.exports.createYumen({
    appid: 'wx0123456789abcdef', road: { kind: 'https', hosts: ['https://api.example.cn'] }, measure: { share: 1 },
  })`
  const began = performance.now()
  document.head.append(own)
  return performance.now() - began
}
