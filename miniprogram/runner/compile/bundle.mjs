/** One script of a whole mini-program: every module stays asleep until its page or component is first used. */

import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import esbuild from 'esbuild'

import { Unfit, isFile, openTree, walk } from './project.mjs'
import { compileStyles } from './styles.mjs'
import { compileTemplates } from './templates.mjs'

const RUNNER = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Answers `{ js, app }`. Raises Unfit with every problem found. `packages`: see openTree. */
export async function bundle({ root, packages = {}, minify = false }) {
  const problems = []
  const tree = openTree(root, packages)
  const { app, pages, parts } = walk(tree, problems)
  const names = [...new Set(['', ...parts.map((part) => part.package)])]
  const templates = Object.fromEntries(names.map((name) => {
    const inside = parts.filter((part) => part.package === name)
    return [name, compileTemplates(tree, inside, problems, { elements: !name })]
  }))
  // what a sub-package draws is a text until the first of its pages opens, as its files are on a phone
  const asleep = names.slice(1).map((name) => [name, templates[name].text])
  const appCss = compileStyles(root, tree.find('app', '.wxss'), null, problems)
  const entries = parts.map((part, number) => {
    const isolation = part.json.styleIsolation ?? (part.json.component && !part.isPage ? 'isolated' : 'shared')
    // `apply-shared` takes the page's styles in, and lets none of its own out
    const scope = /^(page-)?shared$/.test(isolation) ? null : 's' + number.toString(36)
    const css = compileStyles(root, part.wxss, scope, problems)
    const elements = templates[part.package].elementsOf(part.path)
    const said = JSON.stringify({ package: part.package, isPage: part.isPage, scope, css, json: part.json, elements })
    return `${JSON.stringify(part.path)}: { ...${said}, run: () => { require(${JSON.stringify(part.script)}) } }`
  })
  if (problems.length) throw new Unfit(problems)
  const themes = tree.find('theme', '.json') ? tree.readJson('theme') : {}
  const script = tree.find('app', '.ts', '.js')
  const contents = `
import { boot } from ${JSON.stringify(join(RUNNER, 'phone/boot.js'))}
boot({
  app: ${JSON.stringify(app)}, pages: ${JSON.stringify(pages)}, themes: ${JSON.stringify(themes)},
  appCss: ${JSON.stringify(appCss)}, templates: ${templates[''].text},
  asleep: ${JSON.stringify(Object.fromEntries(asleep))},
  runApp: () => { ${script ? `require(${JSON.stringify(script)})` : ''} },
  parts: {\n${entries.join(',\n')}\n},
})`
  const made = await esbuild.build({
    stdin: { contents, resolveDir: RUNNER, loader: 'js', sourcefile: 'entry.js' },
    bundle: true, write: false, format: 'iife', target: 'es2020', minify, sourcemap: minify ? false : 'inline', logLevel: 'silent',
    tsconfigRaw: { compilerOptions: { target: 'ES2020', useDefineForClassFields: false } },
    define: { 'process.env.NODE_ENV': '"production"' },
    nodePaths: [join(RUNNER, 'node_modules')],
    plugins: [fromPackages(tree)],
  })
  return { js: made.outputFiles[0].text, app }
}

/** A bare `import` finds what "Build npm" would have copied. */
function fromPackages({ root, packages }) {
  return {
    name: 'miniprogram_npm',
    setup: (it) => it.onResolve({ filter: /^[^./]/ }, ({ path }) => {
      const places = Object.entries(packages).filter(([name]) => path === name || path.startsWith(name + '/'))
        .map(([name, folder]) => join(folder, path.slice(name.length) || 'index'))
      const file = [...places, join(root, 'miniprogram_npm', path)].flatMap((one) => [one + '.js', one + '/index.js']).find(isFile)
      return file && { path: file }
    }),
  }
}
