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

const bundle = { ...common, bundle: true }

/** One CommonJS file. */
async function file(to, from, ...plugins) {
  const made = await build({ ...bundle, format: 'esm', minify: true, write: false, outfile: to, entryPoints: [from], plugins })
  mkdirSync(dirname(at(to)), { recursive: true })
  writeFileSync(at(to), '"use strict";' + commonJs(made.outputFiles[0].text))
}

/**
 * An ES module of esbuild's as CommonJS with plain values: in esbuild's own form each name is a getter behind a getter, which
 * costs a phone time as it starts. What is only passed on from `./more` is read when somebody asks for it.
 */
function commonJs(text) {
  const pairs = (names) => names.split(',').map((one) => one.split(' as '))
  const late = []
  return text
    .replace('LATER', 'require("./more")')
    .replace(/import\{([^}]*)\}from"([^"]*)";/g, (_, names, path) => {
      if (path !== './more') return `const{${pairs(names).map((pair) => pair.join(':'))}}=require("${path}");`
      late.push(...pairs(names))
      return ''
    })
    .replace(/export\*from"([^"]*)";/g, 'Object.assign(exports,require("$1"));')
    .replace(/export\{([^}]*)\};/g, (_, names) => {
      const own = pairs(names).filter(([name]) => !late.some((pair) => pair[pair.length - 1] === name))
      return `Object.assign(exports,{${own.map((pair) => pair.reverse().join(':'))}});`
    }) + (late.length ? `${JSON.stringify(late.map(([name]) => name))}.forEach(n=>Object.defineProperty(exports,n,{enumerable:!0,get:()=>require("./more")[n]}));` : '')
}

for (const folder of ['dist', 'miniprogram_dist']) rmSync(at(folder), { recursive: true, force: true })

await build({
  ...bundle, format: 'esm', splitting: true, outdir: 'dist',
  entryPoints: { index: 'src/index.ts', core: 'src/core.ts', testing: 'testing/index.ts' },
})
await file('dist/yumen.cjs', 'src/index.ts')

// files of their own there, so that nothing is loaded twice: the whole asks for the core, and for the rest when it is needed
const core = apart(/^\.\/(core|made|errors|reading|requests|reads|scope|session|store|network|transport|texts|wx)$/, './core')
const rest = { name: 'rest', setup: (it) => it.onLoad({ filter: /rest\.ts$/ }, () => ({ contents: 'export const rest = () => LATER' })) }
await file('miniprogram_dist/core.js', 'src/core.ts')
await file('miniprogram_dist/index.js', 'src/index.ts', core, rest, apart(/^\.\/more$/, './more'))
await file('miniprogram_dist/more.js', 'src/more.ts', core)

const components = readdirSync(at('components')).filter((name) => !name.includes('.'))
for (const name of components) {
  const from = at('components', name)
  const to = at('miniprogram_dist', 'components', name)
  const apartThere = [apart(/^(\.\.\/)+src\/index$/, '../../index'), apart(/^\.\.\/part$/, '../part')]
  await file(`miniprogram_dist/components/${name}/${name}.js`, `components/${name}/${name}.ts`, ...apartThere)
  for (const ending of ['wxml', 'wxss', 'json']) cpSync(join(from, `${name}.${ending}`), join(to, `${name}.${ending}`))
}
await file('miniprogram_dist/components/part.js', 'components/part.ts', apart(/^\.\.\/src\/index$/, '../index'))
cpSync(at('components/look.wxss'), at('miniprogram_dist/components/look.wxss'))
// these files ask with `require`, whatever the package above them says
writeFileSync(at('miniprogram_dist/package.json'), '{ "type": "commonjs" }\n')

execFileSync(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', here, '--noEmit', 'false', '--declaration',
  '--emitDeclarationOnly', '--outDir', at('dist/types')], { stdio: 'inherit' })
