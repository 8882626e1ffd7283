/** How every function of `wx` answers: callbacks when some are given, else a promise; errors as `{ errMsg }`. */

export function api(name, act) {
  return (asked = {}) => {
    const done = (async () => {
      try {
        return { errMsg: `${name}:ok`, ...(await act(asked)) }
      } catch (thrown) {
        const said = String((thrown && (thrown.errMsg || thrown.message)) || thrown)
        throw { ...thrown, errMsg: said.startsWith(name) ? said : `${name}:${said.startsWith('fail') ? said : 'fail ' + said}` }
      }
    })()
    if (!asked.success && !asked.fail && !asked.complete) return done
    done.then(
      (value) => tell(asked.success, asked.complete, value),
      (failure) => tell(asked.fail, asked.complete, failure),
    )
  }
}

function tell(first, last, value) {
  if (first) first(value)
  if (last) last(value)
}
