// Builds what is published: ES modules for bundlers, one plain file, and `miniprogram_dist` for the developer tools'
// "build npm", which copies that folder and bundles nothing. Types come from tsc.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const at = (...parts) => join(here, ...parts)
/** What base libraries of 2019 run; the developer tools go further down when "ES6 to ES5" is on. */
const common = { absWorkingDir: here, target: 'es2018', logLevel: 'warning', charset: 'utf8', legalComments: 'none' }

/** What matches is not bundled but asked for where it lies in the published folder. */
const apart = (filter, path) => ({ name: path, setup: (it) => it.onResolve({ filter }, () => ({ path, external: true })) })

for (const folder of ['dist', 'miniprogram_dist']) rmSync(at(folder), { recursive: true, force: true })

const bundle = { ...common, bundle: true }
await build({
  ...bundle, format: 'esm', splitting: true, outdir: 'dist',
  entryPoints: { index: 'src/index.ts', core: 'src/core.ts', testing: 'testing/index.ts' },
})
await build({ ...bundle, format: 'cjs', minify: true, outfile: 'dist/yumen.cjs', entryPoints: ['src/index.ts'] })

// two files there, so that nothing is loaded twice: the whole asks for the core
await build({ ...bundle, format: 'cjs', minify: true, outfile: 'miniprogram_dist/core.js', entryPoints: ['src/core.ts'] })
await build({
  ...bundle, format: 'cjs', minify: true, outfile: 'miniprogram_dist/index.js', entryPoints: ['src/index.ts'],
  plugins: [apart(/^\.\/(core|made|errors|reading|requests|reads|scope|session|store|network|transport|texts|wx)$/, './core')],
})

const components = readdirSync(at('components')).filter((name) => !name.includes('.'))
for (const name of components) {
  const from = at('components', name)
  const to = at('miniprogram_dist', 'components', name)
  mkdirSync(to, { recursive: true })
  for (const ending of ['wxml', 'wxss', 'json']) cpSync(join(from, `${name}.${ending}`), join(to, `${name}.${ending}`))
  await build({
    ...bundle, format: 'cjs', minify: true, outfile: join(to, `${name}.js`), entryPoints: [join(from, `${name}.ts`)],
    plugins: [apart(/^(\.\.\/)+src\/index$/, '../../index'), apart(/^\.\.\/part$/, '../part')],
  })
}
await build({
  ...bundle, format: 'cjs', minify: true, outfile: 'miniprogram_dist/components/part.js', entryPoints: ['components/part.ts'],
  plugins: [apart(/^\.\.\/src\/index$/, '../index')],
})
cpSync(at('components/look.wxss'), at('miniprogram_dist/components/look.wxss'))
// these files ask with `require`, whatever the package above them says
writeFileSync(at('miniprogram_dist/package.json'), '{ "type": "commonjs" }\n')

execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', here, '--noEmit', 'false', '--declaration',
  '--emitDeclarationOnly', '--outDir', at('dist/types')], { stdio: 'inherit' })
