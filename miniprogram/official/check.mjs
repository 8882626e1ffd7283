/**
 * Compiles a mini-program with WeChat's own tools, offline and without a key: `node check.mjs [project] [output]`.
 *
 * miniprogram-ci checks app.json and page JSON against their schema, compiles TypeScript, WXML and WXSS and judges the
 * code's quality; wcc and wcsc are the WXML and WXSS compilers of the developer tools (Linux on x86-64).
 */

import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = dirname(fileURLToPath(import.meta.url))
const GUARDED = 'YUMEN_NO_NETWORK'
/** What WeChat's server would say of an ordinary mini-program: sizes in MB. */
const ATTRIBUTES = {
  platform: false, appType: 0, isSandbox: false, released: false,
  setting: {
    MaxCodeSize: 2, MaxSubpackageSubCodeSize: 2, MaxSubpackageFullCodeSize: 20, NavigateMiniprogramLimit: 10, MaxSubPackageLimit: 100,
    MinTabbarCount: 2, MaxTabbarCount: 5, MaxTabbarIconSize: 40,
  },
}

/** One word of NODE_OPTIONS, whatever blanks its path has. */
const quoted = (path) => `"${path.replace(/["\\]/g, '\\$&')}"`

if (!process.env[GUARDED]) {
  // again, with a guard that refuses every address but this machine's; programs started from there inherit it
  const options = `${process.env.NODE_OPTIONS || ''} --require ${quoted(join(HERE, 'no-network.cjs'))}`
  const env = { ...process.env, [GUARDED]: '1', NODE_OPTIONS: options }
  process.exit(spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit', env }).status ?? 1)
}

const require = createRequire(import.meta.url)
const project = resolve(process.argv[2] || join(HERE, '../storefront'))
const output = resolve(process.argv[3] || join(HERE, 'build'))

/** The tree as the developer tools have it after "Build npm", in a folder of its own. */
function staged() {
  const folder = mkdtempSync(join(tmpdir(), 'yumen-official-'))
  cpSync(project, folder, { recursive: true, filter: (path) => !/node_modules$|\/build$|tsconfig\.json$/.test(path) })
  cpSync(join(HERE, '../sdk/miniprogram_dist'), join(folder, 'miniprogram_npm/@yumen/miniprogram'), { recursive: true })
  return folder
}

async function compile(ci, folder) {
  const key = join(folder, '..', 'placeholder.key') // the constructor wants a readable file and never uses it here
  writeFileSync(key, 'placeholder')
  const at = new ci.Project({ appid: 'wx0000000000000000', type: 'miniProgram', projectPath: folder, privateKeyPath: key, ignores: [] })
  at.attr = async () => ATTRIBUTES
  const files = await ci.getCompiledResult({
    project: at, version: '0.0.0', desc: 'check', setting: { useProjectConfig: true, minify: true, es6: true }, onProgressUpdate: () => undefined,
  })
  rmSync(output, { recursive: true, force: true })
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(output, name)), { recursive: true })
    writeFileSync(join(output, name), content)
  }
  const quality = await ci.checkCodeQuality(at)
  return { count: Object.keys(files).length, notes: quality.filter((one) => !one.success).map((one) => `${one.name}: ${one.text}`) }
}

/** One of the compilers of the developer tools; raises what it says. */
function old(name, ...words) {
  const folder = join(dirname(require.resolve('miniprogram-compiler/package.json')), 'bin/linux')
  chmodSync(join(folder, name), 0o755) // npm drops the bit
  const done = spawnSync(join(folder, name), words, { cwd: output, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`${name} ${done.status ?? done.signal}: ${done.stderr}${done.stdout}`)
}

const quiet = console.log
console.log = () => undefined // miniprogram-ci tells its progress there
try {
  const { count, notes } = await compile(require('miniprogram-ci'), staged())
  const files = readdirSync(output, { recursive: true }).filter((name) => !name.startsWith('miniprogram_npm'))
  const of = (pattern) => files.filter((name) => pattern.test(name))
  old('wcc', '-d', '-o', join(tmpdir(), 'wxml.js'), ...of(/\.(wxml|wxs)$/))
  old('wcsc', '-lc', '-js', '-o', join(tmpdir(), 'wxss.js'), ...of(/\.wxss$/))
  quiet(JSON.stringify({ compiled: count, wxml: of(/\.wxml$/).length, wxss: of(/\.wxss$/).length, notes }))
  process.exit(0)
} catch (failed) {
  console.error(`${failed.code || ''} ${failed.message}`)
  process.exit(1)
}
