/** The event channel between a page and the one that opened it. */

export function makeChannel(given = {}) {
  const heard = {}
  const channel = {
    on: (name, told) => void (heard[name] = [...(heard[name] || []), told]),
    once: (name, told) => channel.on(name, (...facts) => {
      channel.off(name)
      told(...facts)
    }),
    off: (name) => void delete heard[name],
    emit: (name, ...facts) => (heard[name] || []).forEach((told) => told(...facts)),
  }
  for (const name of Object.keys(given)) channel.on(name, given[name])
  return channel
}
