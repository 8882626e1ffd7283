/** A mini-program's code as one function, so that each phone has modules of its own. Its templates are not needed here. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const MINIPROGRAM = join(import.meta.dirname, '../../../miniprogram')
const { build } = createRequire(join(MINIPROGRAM, 'runner/package.json'))('esbuild')
/** What WeChat puts around every module. */
const AROUND = ['wx', 'App', 'Page', 'Component', 'getApp', 'getCurrentPages', 'take']

/** Answers a function that runs the code on a phone: see `AROUND`; `take` is given the ways to run its parts. */
export async function codeOf(root, sheet = '') {
  const app = JSON.parse(readFileSync(join(root, 'app.json'), 'utf8'))
  const pages = [...app.pages, ...(app.subPackages || []).flatMap((part) => part.pages.map((page) => `${part.root}/${page}`))]
  const run = (path) => `() => void require(${JSON.stringify(path)})`
  const contents = `take({ app: ${run(join(root, 'app'))}, sheet: ${sheet ? run(sheet) : 'undefined'},
    pages: { ${pages.map((page) => `${JSON.stringify(page)}: ${run(join(root, page))}`).join(', ')} } })`
  const made = await build({
    stdin: { contents, resolveDir: root, loader: 'js' }, bundle: true, write: false, format: 'iife', target: 'es2020', logLevel: 'error',
    alias: { '@yumen/miniprogram': join(MINIPROGRAM, 'sdk/miniprogram_dist/index.js') },
    tsconfigRaw: { compilerOptions: { target: 'ES2020', useDefineForClassFields: false } },
  })
  const tabs = new Set(app.tabBar.list.map((tab) => tab.pagePath))
  return { run: new Function(...AROUND, made.outputFiles[0].text), first: app.pages[0], tabs }
}

/** The storefront as it stands, with the SDK's notice sheet; and the plain peer beside this file. */
export const storefront = () => codeOf(join(MINIPROGRAM, 'storefront'), join(MINIPROGRAM, 'sdk/miniprogram_dist/components/notice-sheet/notice-sheet.js'))
export const plain = () => codeOf(join(import.meta.dirname, 'plain'))
