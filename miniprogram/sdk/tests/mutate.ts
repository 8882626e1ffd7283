/** Break the cores in many small ways, one at a time: each must be noticed by a test. `npm run mutate [-- session …]` */

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const bench = join(root, 'build/mutant')

/** File, what stands there, what stands there instead. */
const MUTATIONS: [file: string, from: string, to: string][] = [
  ['session', 'if (opening) return opening', ''],
  ['session', 'if (!again && problem', 'if (problem'],
  ['session', 'if (mine !== era) throw', 'if (false) throw'],
  ['session', "if (token === closed) throw", 'if (false) throw'],
  ['session', 'other.subject === kept.subject', 'true'],
  ['session', 'if (other && other.token !== token', 'if (false && other.token !== token'],
  ['session', 'if (kept !== old || !view', 'if (!view'],
  ['session', 'since >= 0 && since < COOL_MS', 'false'],
  ['session', 'const timer = host.after(LOGIN_MS, fail)', 'const timer = 0'],
  ['session', 'aged && !renewing', 'aged'],
  ['session', 'if (store.get(OUT)) throw', 'if (false) throw'],
  ['session', 'store.set(KEY, kept)', ''],
  ['session', "tell('switched')", "tell('opened')"],
  ['session', "if (!(await engine.gate('login')))", 'if (false)'],
  ['session', "typeof one.token === 'string' && one.token", 'true'],
  ['requests', "write && ask.idempotent !== false ? engine.newKey() : ''", "''"],
  ['requests', 'const tries = write && !key ? 1 :', 'const tries ='],
  ['requests', "if (key) sent['Idempotency-Key'] = key", "if (key) sent['Idempotency-Key'] = key + Math.random()"],
  ['requests', 'token && !renewed && isLapse', 'token && isLapse'],
  ['requests', 'if (engine.session.subject !== who) throw', 'if (false) throw'],
  ['requests', 'left() <= wait || ', ''],
  ['requests', "|| network.type === 'none'", ''],
  ['requests', 'problem.retryAfterMs + chance', 'chance'],
  ['requests', 'Math.min(PAUSE_MAX_MS,', '('],
  ['requests', "if (problem.status !== 429) turn(at)", ''],
  ['requests', '|| from !== hostNow()', ''],
  ['requests', "wire.method === 'GET') off", "true) off"],
  ['requests', 'running++ >= AT_ONCE', 'running++ >= 99'],
  ['requests', 'if (next) next()', ''],
  ['requests', "if (wire.method !== 'GET') engine.written()", ''],
  ['requests', '/^\\/(?!\\/)[^\\s?#\\\\]*$/', '/^/'],
  ['requests', '(\\.|%2e){1,2}', '(zz)'],
  ['requests', "method: method === 'PATCH' ? 'POST' : method", 'method'],
  ['transport', 'host.after(timeoutMs + 300', 'host.after(9e9'],
  ['transport', 'if (!over) act()', 'act()'],
  ['reads', 'if (--flight.waiting) return', ''],
  ['reads', 'flights.get(course) === flight) flights.delete(course)', 'false) flights.delete(course)'],
  ['reads', 'if (ask.stale && open && engine.shelf)', 'if (ask.stale && engine.shelf)'],
  ['reads', 'age < ask.freshMs', 'true'],
  ['reads', "had && had.etag ? { 'If-None-Match': had.etag } : {}", '{}'],
  ['reads', "if (event !== 'renewed') known.clear()", ''],
  ['reading', 'if (fine && data !== undefined) return data', 'if (fine) return data'],
  ['reading', "const busy = status >= 500 || status === 429", 'const busy = status >= 500'],
  ['store', "drop(CACHE)", ''],
  ['store', "memory.set(key, value)", ''],
  ['queue', 'if (age > AGE_MAX_MS)', 'if (false)'],
  ['queue', 'key: one.key }', '}'],
  ['queue', "problem.kind !== 'refused') return false", "false) return false"],
  ['privacy', 'all.forEach((one) => one.answer(agreed, buttonId))', ''],
  ['privacy', 'else leave()', ''],
  ['privacy', "if (found.needAuthorization && state === 'agreed')", 'if (false)'],
  ['privacy', '(since >= 0 && since < QUIET_MS)', 'false'],
  ['consent', "if (waiting.indexOf(view.purpose) >= 0)", 'if (false)'],
  ['consent', "...alone.map((one) => [one])", '...(alone.length ? [alone] : [])'],
  ['pay', 'if (under) return under', ''],
  ['pay', 'remember(order)\n', '\n'],
  ['pay', 'keep(name, one)\n', '\n'],
  ['pay', "if (state && state !== 'awaiting_payment') return 'paid'", "if (state) return 'paid'"],
  ['pay', "one.subject !== engine.session.subject) continue", 'false) continue'],
  ['pay', "host.now() - earlier.at > TAP_MS", 'true'],
  ['measure', 'if (!allowed()) buffer = []', ''],
  ['measure', "!allowed() || !NAME.test(one.name)", '!allowed()'],
  ['links', 'found[0] === text', 'true'],
  ['links', 'value >= least && value <= most', 'true'],
  ['network', "has(PATIENCE, said) ? (said as NetworkType) : 'unknown'", '(said as NetworkType)'],
  ['network', "now.isConnected ? now.networkType : 'none'", 'now.networkType'],
  ['network', "if (was === 'none' && type !== 'none') back()", ''],
  ['network', 'if (wx.onAppShow) wx.onAppShow(back)', ''],
  ['network', '* 2 ** (tried - 1)', ''],
  ['shelf', '> CHARACTERS_MAX) return', '> 9e9) return'],
  ['shelf', 'delete kept[name]\n', '\n'],
  ['shelf', 'if (names.length > KEPT_MAX) delete kept[names[0]]', ''],
  ['scope', 'if (ended) act()', 'if (false) act()'],
  ['scope', 'return () => void acts.delete(act)', 'return () => undefined'],
  ['files', "if (write) header['Idempotency-Key']", "if (false) header['Idempotency-Key']"],
  ['files', 'ask.key || engine.newKey()', 'engine.newKey()'],
  ['files', 'off = ask.scope && ask.scope.onEnd(() => task.abort())', ''],
  ['files', 'if (off) off()', ''],
  ['files', 'if (!isLapse(problem as YumenError)) throw problem', ''],
  ['files', 'if (engine.session.subject !== who) throw', 'if (false) throw'],
  ['files', 'if (done.statusCode !== 200) valueOf', 'if (false) valueOf'],
  ['files', 'MEDIA[ending] || MEDIA.jpg', 'MEDIA.jpg'],
  ['person', "if (!(await engine.gate(reason))) throw", 'if (false) throw'],
  ['person', 'detail.errno === NO_QUOTA', 'false'],
  ['person', 'declined(detail) || ', ''],
  ['person', '&& KEY_GONE.indexOf(problem.code) >= 0', '&& false'],
  ['person', 'await engine.session.close()', ''],
  ['person', "!(await profile()).has_avatar", 'false'],
  ['person', "chosen.detailInfoNew ? (chosen.streetName || '') + chosen.detailInfoNew :", ''],
  ['person', "/^\\d{6}$/.test(chosen.postalCode || '')", 'true'],
  ['loyalty', 'if (scope.ended) return\n          show(code)', 'show(code)'],
  ['loyalty', 'Math.max(LEAST_MS,', '('],
  ['loyalty', '- engine.serverNow() - BEFORE_MS', '- engine.serverNow()'],
  ['loyalty', "if (problem.kind === 'network' || problem.kind === 'server') next(FAILED_MS)", 'next(FAILED_MS)'],
  ['loyalty', 'engine.host.cancel(timer)', ''],
  ['messages', '.slice(0, most)', ''],
  ['messages', 'templates.indexOf(one) === at', 'true'],
  ['messages', "failure.errCode === 20004 || /cancel/.test(failure.errMsg || '')", 'false'],
  ['messages', ".replace(/^acceptWith.*/, 'accept')", ''],
  ['messages', "KNOWN.indexOf(said) >= 0", 'true'],
  ['messages', 'if (difference) return difference < 0', 'return difference < 0'],
]
/** These change nothing that anybody could see: why is said beside each. */
const SAME: Record<string, string> = {
  'if (!over) act()': 'a promise settles once by itself',
  'if (scope.ended) return\n          show(code)': 'a call that is bound to a scope is not answered after its end',
  "if (event !== 'renewed') known.clear()": 'what is kept is named by its person; clearing frees memory',
}

rmSync(bench, { recursive: true, force: true })
mkdirSync(bench, { recursive: true })
for (const folder of ['testing', 'tests']) cpSync(join(root, folder), join(bench, folder), { recursive: true })
cpSync(join(root, 'package.json'), join(bench, 'package.json'))
/** Where each file is looked after, the likeliest first; all of them for the core. */
const TESTS: Record<string, string[]> = {
  session: ['session', 'privacy', 'property', 'request'], requests: ['request', 'property', 'session'], reads: ['request'],
  transport: ['request', 'property'], reading: ['request'], store: ['session', 'request'], queue: ['queue', 'consent', 'property'],
  privacy: ['privacy'], consent: ['consent'], pay: ['pay'], measure: ['privacy'], links: ['links'],
  network: ['network'], shelf: ['shelf'], scope: ['scope', 'request'], files: ['files'], person: ['person'], loyalty: ['loyalty'],
  messages: ['messages'],
}
const survivors: string[] = []
let noticed = 0
const wanted = process.argv.slice(2)
const chosen = MUTATIONS.filter(([file]) => !wanted.length || wanted.includes(file))
for (const [file, from, to] of chosen) {
  rmSync(join(bench, 'src'), { recursive: true, force: true })
  cpSync(join(root, 'src'), join(bench, 'src'), { recursive: true })
  const path = join(bench, 'src', `${file}.ts`)
  const source = readFileSync(path, 'utf8')
  if (source.split(from).length < 2) throw new Error(`${file}: ${from} stands there no more`)
  writeFileSync(path, source.replace(from, () => to))
  const survived = TESTS[file].every((name) => spawnSync(process.execPath, ['--import', 'tsx', `tests/${name}.test.ts`], {
    cwd: bench, timeout: 60_000, env: { ...process.env, RUNS: '40', JOURNEYS: '10' }, stdio: 'ignore',
  }).status === 0)
  if (survived && !(from in SAME)) survivors.push(`${file}: ${from} → ${to}`)
  else noticed++
  console.log(`${survived ? 'SURVIVED' : 'noticed '} ${file}: ${from}`)
}
console.log(`${noticed} of ${chosen.length} noticed`)
if (survivors.length) {
  console.error(survivors.join('\n'))
  process.exit(1)
}
