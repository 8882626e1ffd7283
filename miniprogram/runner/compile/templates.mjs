/** WXML and WXS through WeChat's own template compiler (glass-easel); its warnings in our own files are faults. */

import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

import { BUILT_IN, ELEMENT, OF_THE_LANGUAGE } from './names.mjs'

const { TmplGroup } = createRequire(import.meta.url)('glass-easel-template-compiler')
const ELEMENTS = join(dirname(fileURLToPath(import.meta.url)), '../elements')
const REQUIRED = /require\(\s*['"]([^'"]+)['"]\s*\)/g

/**
 * All templates of the parts, with what they take in from others, and of the built-in `elements` where those are wanted: `text`
 * is JavaScript, `elementsOf` answers which built-in elements the template at a path needs.
 */
export function compileTemplates(tree, parts, problems, { elements = false } = {}) {
  const group = new TmplGroup()
  const templates = new Map()
  const scripts = new Set()

  const addScript = (path) => {
    const name = path.replace(/\.wxs$/, '')
    if (scripts.has(name)) return
    scripts.add(name)
    const file = tree.find(name, '.wxs')
    if (!file) return void problems.push(`${name}.wxs: not there`)
    const text = asWxs(readFileSync(file, 'utf8'))
    // <wxs src> asks without the ending, require() inside a script with it
    group.addScript(name, text)
    group.addScript(name + '.wxs', text)
    for (const [, spec] of text.matchAll(REQUIRED)) addScript(posix.join(posix.dirname(name), spec))
  }
  const addTemplate = (path, file, known) => {
    if (templates.has(path)) return
    templates.set(path, new Set())
    if (!file) return void problems.push(`${path}.wxml: not there`)
    const text = readFileSync(file, 'utf8')
    const tags = tagsOf(text)
    templates.set(path, tags)
    for (const said of group.addTmpl(path, text)) {
      problems.push(`${path}.wxml:${said.startLine + 1}:${said.startColumn + 1}: ${said.message}`)
    }
    if (known) for (const tag of tags) if (!known(tag)) problems.push(`${path}.wxml: <${tag}> is neither built in nor in usingComponents`)
    for (const name of group.getInlineScriptModuleNames(path)) {
      group.setInlineScript(path, name, asWxs(group.getInlineScript(path, name)))
    }
    for (const needed of group.getDirectDependencies(path)) addTemplate(needed, tree.find(needed, '.wxml'))
    for (const needed of group.getScriptDependencies(path)) addScript(needed)
  }

  for (const { path, wxml, json } of parts) {
    addTemplate(path, wxml, (tag) => BUILT_IN.includes(tag) || OF_THE_LANGUAGE.includes(tag) || tag in json.usingComponents)
  }
  for (const name of elements ? readdirSync(ELEMENTS) : []) addTemplate(ELEMENT + name.replace('.wxml', ''), join(ELEMENTS, name))
  const elementsOf = (path, seen = new Set([path])) => {
    const others = group.getDirectDependencies(path).filter((one) => !seen.has(one) && seen.add(one))
    const own = [...templates.get(path)].filter((tag) => BUILT_IN.includes(tag))
    return [...new Set([...own, ...others.flatMap((one) => elementsOf(one, seen))])]
  }
  return { text: group.getTmplGenObjectGroups(), elementsOf }
}

function tagsOf(text) {
  const bare = text.replace(/<!--[\s\S]*?-->/g, '').replace(/<wxs[\s>][\s\S]*?<\/wxs>/g, '').replace(/"[^"]*"|'[^']*'/g, '""')
  return new Set([...bare.matchAll(/<([a-z][\w-]*)/g)].map((found) => found[1]))
}

/** In WXS `x.constructor` is a text such as 'Array'. */
function asWxs(text) {
  return text.replace(/([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[[^\]]*\])*)\.constructor\b/g, '__constructorName($1)')
}
