import assert from 'node:assert/strict'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

import { build } from 'esbuild'

import { fakeWx } from '../testing/index'

const root = join(import.meta.dirname, '..')
const KB = 1024

/** What an app that imports this much of the ES modules carries, minified and gzipped. */
async function weight(imports: string): Promise<number> {
  const made = await build({
    stdin: { contents: imports, resolveDir: root }, bundle: true, minify: true, format: 'esm', target: 'es2018', charset: 'utf8', write: false,
  })
  return gzipSync(made.outputFiles[0].contents, { level: 9 }).length
}

function filesOf(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    return statSync(path).isDirectory() ? filesOf(path) : [path]
  })
}

test('session and requests weigh at most 6 KB', async () => {
  const bytes = await weight("export { createCore } from './src/core'")
  console.log(`session and requests: ${bytes} bytes`)
  assert.ok(bytes <= 6 * KB, `${bytes}`)
})

test('a part that is not used is not carried', async () => {
  const [core, pay, all] = await Promise.all([
    weight("export { createCore } from './src/index'"),
    weight("export { createCore, makePay } from './src/index'"),
    weight("export { createYumen } from './src/index'"),
  ])
  assert.ok(core <= 6 * KB, `${core}`)
  assert.ok(core < pay && pay < all)
})

test('everything, components included, weighs at most 20 KB', () => {
  const files = filesOf(join(root, 'miniprogram_dist'))
  assert.ok(files.length > 20, 'build it first: npm run build')
  const bytes = gzipSync(Buffer.concat(files.map((file) => readFileSync(file))), { level: 9 }).length
  console.log(`everything: ${bytes} bytes in ${files.length} files`)
  assert.ok(bytes <= 20 * KB, `${bytes}`)
})

test('a file asks another one for nothing that it has not', () => {
  const dist = join(root, 'miniprogram_dist')
  const load = createRequire(import.meta.url)
  for (const file of ['index.js', 'more.js']) {
    const text = readFileSync(join(dist, file), 'utf8')
    const asked = [...text.matchAll(/const\{([^}]*)\}=require\("\.\/core"\)/g)].flatMap(([, names]) => names.split(',').map((one) => one.split(':')[0]))
    assert.ok(asked.length > 3, file)
    assert.deepEqual(asked.filter((name) => !(name in load(join(dist, 'core.js')))), [])
  }
  const whole = load(join(dist, 'index.js'))
  assert.deepEqual(Object.keys(whole).filter((name) => typeof whole[name] !== 'function' && !/^[A-Z_]+$/.test(name)), [])
})

test('what an app that starts does not need is not read', () => {
  const dist = join(root, 'miniprogram_dist')
  const load = createRequire(import.meta.url)
  for (const name of Object.keys(load.cache)) delete load.cache[name]
  const { wx } = fakeWx({ backend: () => ({ status: 204 }) })
  const yumen = load(join(dist, 'index.js')).createYumen({ appid: 'wx0123456789abcdef', road: { kind: 'https', hosts: ['https://api.example.cn'] }, wx })
  const read = (): string[] => Object.keys(load.cache).filter((name) => name.startsWith(dist)).map((name) => name.slice(dist.length + 1)).sort()
  assert.deepEqual(read(), ['core.js', 'index.js'])
  assert.equal(typeof yumen.pay.place, 'function')
  assert.equal(yumen.pay, yumen.pay)
  assert.deepEqual(read(), ['core.js', 'index.js', 'more.js'])
})

test('nothing is needed at run time', () => {
  const paper = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  assert.equal(paper.dependencies, undefined)
  for (const file of filesOf(join(root, 'miniprogram_dist')).filter((name) => name.endsWith('.js'))) {
    for (const [, asked] of readFileSync(file, 'utf8').matchAll(/require\("([^"]+)"\)/g)) assert.match(asked, /^\.\.?\//)
  }
})
