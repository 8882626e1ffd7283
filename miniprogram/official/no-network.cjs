// Refuses every DNS query and every connection that is not to this machine. Loaded with NODE_OPTIONS=--require.
const dns = require('node:dns')
const net = require('node:net')
const local = (h) => !h || /^(127\.|localhost$|::1$|\[::1\])/.test(h)
const err = (h) => Object.assign(new Error(`network refused: ${h}`), { code: 'ENETREFUSED' })
const lookup = dns.lookup
dns.lookup = (h, o, cb) => {
  if (typeof o === 'function') {
    cb = o
    o = {}
  }
  return local(h) ? lookup(h, o, cb) : process.nextTick(cb, err(h))
}
dns.promises.lookup = async (h) => {
  throw err(h)
}
const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...a) {
  const o = Array.isArray(a[0]) ? a[0][0] : a[0]
  const h = o && typeof o === 'object' ? (o.path ? '' : o.host) : a[1]
  if (!local(h)) {
    process.nextTick(() => this.destroy(err(h)))
    return this
  }
  return connect.apply(this, a)
}
