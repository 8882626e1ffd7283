// Compiles the mini-program with WeChat's own tools, offline and without a key:
//   miniprogram-ci  : app.json/page JSON schema, TypeScript, WXML and WXSS syntax, package size, code quality
//   wcc / wcsc      : the WXML and WXSS compilers of WeChat DevTools (linux x86-64 binaries in miniprogram-compiler)
// Usage: node tools/official-check.mjs [project dir] [out dir]
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
const HERE = path.dirname(fileURLToPath(import.meta.url))
if (!process.env.MP_NO_NETWORK) {
  // restart with the network guard, which child processes inherit
  const r = spawnSync(process.execPath, process.argv.slice(1), {
    stdio: 'inherit',
    env: {
      ...process.env,
      MP_NO_NETWORK: '1',
      NODE_OPTIONS: `${process.env.NODE_OPTIONS || ''} --require ${path.join(HERE, 'no-network.cjs')}`,
    },
  })
  process.exit(r.status ?? 1)
}
const require = createRequire(import.meta.url)
const project = path.resolve(process.argv[2] || path.join(HERE, '..'))
const outDir = path.resolve(process.argv[3] || path.join(project, 'dist-official'))
const ci = require('miniprogram-ci')
const key = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'mpci-')), 'placeholder.key') // never used offline: the constructor only wants a readable file
fs.writeFileSync(key, '-----BEGIN RSA PRIVATE KEY-----\nplaceholder\n-----END RSA PRIVATE KEY-----\n')
const p = new ci.Project({
  appid: 'wx0000000000000000',
  type: 'miniProgram',
  projectPath: project,
  privateKeyPath: key,
  ignores: ['node_modules/**/*'],
})
p.attr = async () => ({
  platform: false,
  appType: 0,
  isSandbox: false,
  released: false,
  setting: {
    MaxCodeSize: 2,
    MaxSubpackageSubCodeSize: 2,
    MaxSubpackageFullCodeSize: 20,
    NavigateMiniprogramLimit: 10,
    MaxSubPackageLimit: 100,
    MinTabbarCount: 2,
    MaxTabbarCount: 5,
    MaxTabbarIconSize: 40,
  },
})
let failed = 0
const bad = (m) => {
  failed++
  console.error('FAIL ' + m)
}
try {
  const t = Date.now()
  const quiet = console.log
  console.log = () => {}
  console.error = (
    (e) =>
    (...a) =>
      /servicewechat|white ext/.test(String(a[0])) ? 0 : e(...a)
  )(console.error)
  const res = await ci.getCompiledResult({
    project: p,
    version: '0.0.0',
    desc: 'check',
    setting: { useProjectConfig: true, minify: false, es6: true },
    onProgressUpdate: () => {},
  })
  console.log = quiet
  fs.rmSync(outDir, { recursive: true, force: true })
  for (const [f, c] of Object.entries(res)) {
    if (f.startsWith('@')) {
      /* helper modules */
    }
    const o = path.join(outDir, f)
    fs.mkdirSync(path.dirname(o), { recursive: true })
    fs.writeFileSync(o, c)
  }
  console.log(
    `ok   miniprogram-ci compiled ${Object.keys(res).length} files in ${Date.now() - t} ms -> ${path.relative(process.cwd(), outDir)}`,
  )
  for (const q of await ci.checkCodeQuality(p)) if (!q.success) console.log(`note quality ${q.name}: ${q.text}`)
} catch (e) {
  bad(`miniprogram-ci ${e.code}: ${e.message}`)
}
if (!failed) {
  const bin = path.join(path.dirname(require.resolve('miniprogram-compiler/package.json')), 'bin/linux')
  for (const b of ['wcc', 'wcsc']) fs.chmodSync(path.join(bin, b), 0o755)
  const files = fs.readdirSync(outDir, { recursive: true }).filter((f) => !f.startsWith('miniprogram_npm'))
  const wxml = files.filter((f) => /\.(wxml|wxs)$/.test(f))
  const css = files.filter((f) => f.endsWith('.wxss'))
  const a = spawnSync(path.join(bin, 'wcc'), ['-d', '-o', path.join(outDir, '.wxml.js'), ...wxml], {
    cwd: outDir,
    encoding: 'utf8',
  })
  if (a.status !== 0) bad(`wcc exit ${a.status ?? a.signal}: ${a.stderr}${a.stdout}`)
  else console.log(`ok   wcc ${wxml.length} files`)
  const b = spawnSync(path.join(bin, 'wcsc'), ['-lc', '-js', '-o', path.join(outDir, '.wxss.js'), ...css], {
    cwd: outDir,
    encoding: 'utf8',
  })
  if (b.status !== 0) bad(`wcsc exit ${b.status ?? b.signal}: ${b.stderr}${b.stdout}`)
  else console.log(`ok   wcsc ${css.length} files`)
}
process.exit(failed ? 1 : 0)
