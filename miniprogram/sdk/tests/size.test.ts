import assert from 'node:assert/strict'
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

import { build } from 'esbuild'

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

test('the second file asks the core for nothing that the core has not', () => {
  const dist = join(root, 'miniprogram_dist')
  const core = createRequire(import.meta.url)(join(dist, 'core.js'))
  const text = readFileSync(join(dist, 'index.js'), 'utf8')
  const names = [...text.matchAll(/([\w$]+)=require\("\.\/core"\)/g)].map(([, name]) => name)
  const asked = names.flatMap((name) => [...text.matchAll(new RegExp('(?<![\\w$.])' + name.replace('$', '\\$') + '\\.(\\w+)', 'g'))].map((found) => found[1]))
  assert.ok(asked.length > 10)
  assert.deepEqual([...new Set(asked)].filter((name) => !(name in core)), [])
})

test('nothing is needed at run time', () => {
  const paper = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  assert.equal(paper.dependencies, undefined)
  for (const file of filesOf(join(root, 'miniprogram_dist')).filter((name) => name.endsWith('.js'))) {
    for (const [, asked] of readFileSync(file, 'utf8').matchAll(/require\("([^"]+)"\)/g)) assert.match(asked, /^\.\.?\//)
  }
})
