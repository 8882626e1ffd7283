/** Refuses every name and every connection that is not this machine's. Loaded by NODE_OPTIONS=--require. */

const dns = require('node:dns')
const net = require('node:net')

const isLocal = (host) => !host || /^(127\.|localhost$|::1$|\[::1\])/.test(host)
const refusal = (host) => Object.assign(new Error(`network refused: ${host}`), { code: 'ENETREFUSED' })

const lookup = dns.lookup
dns.lookup = (host, options, done) => {
  const told = typeof options === 'function' ? options : done
  return isLocal(host) ? lookup(host, options, done) : process.nextTick(told, refusal(host))
}
dns.promises.lookup = async (host) => {
  throw refusal(host)
}

const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...given) {
  const options = Array.isArray(given[0]) ? given[0][0] : given[0]
  const host = options && typeof options === 'object' ? (options.path ? '' : options.host) : given[1]
  if (isLocal(host)) return connect.apply(this, given)
  process.nextTick(() => this.destroy(refusal(host)))
  return this
}
