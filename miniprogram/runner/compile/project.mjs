/** Walks a mini-program's source tree from app.json: its pages, the components they use, what is missing. */

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

export const isFile = (path) => existsSync(path) && statSync(path).isFile()

/** What keeps a tree from being shown, each line with the file it is about. */
export class Unfit extends Error {
  constructor(problems) {
    super('this mini-program cannot be built:\n' + problems.map((one) => '  ' + one).join('\n'))
    this.problems = problems
  }
}

/**
 * A tree on disk. `packages` names npm packages and the folder of each that WeChat's "Build npm" would copy.
 * Paths inside are those of a mini-program: `pages/home/home`, `miniprogram_npm/@scope/name/…`.
 */
export function openTree(root, packages) {
  const stem = (path) => {
    const found = /^miniprogram_npm\/((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(path)
    return found && packages[found[1]] ? join(packages[found[1]], found[2] || 'index') : join(root, path)
  }
  const find = (path, ...endings) => endings.map((ending) => stem(path) + ending).find(isFile)
  const readJson = (path) => {
    try {
      return JSON.parse(readFileSync(stem(path) + '.json', 'utf8'))
    } catch (broken) {
      throw new Unfit([`${path}.json: ${broken.message}`])
    }
  }
  /** The component that `spec` means in the file `from`. */
  const component = (from, spec) => {
    const beside = posix.join(posix.dirname(from), spec)
    const places = spec.startsWith('/') ? [spec.slice(1)] : spec.startsWith('.') ? [beside] : [beside, spec, 'miniprogram_npm/' + spec]
    return places.flatMap((one) => [one, one + '/index']).find((one) => find(one, '.json'))
  }
  return { root, packages, find, readJson, component }
}

/** Every page and component, by path; problems are added to the list handed in. */
export function walk(tree, problems) {
  const app = tree.readJson('app')
  const subPackages = app.subPackages || app.subpackages || []
  const packed = subPackages.flatMap((one) => one.pages.map((page) => posix.join(one.root, page)))
  const packageOf = (path) => subPackages.map((one) => posix.join(one.root, '/')).find((root) => path.startsWith(root)) || ''
  const pages = [...app.pages, ...packed]
  const parts = new Map()
  const used = (from, table = {}) => {
    const found = {}
    for (const [tag, spec] of Object.entries(table)) {
      const path = tree.component(from, spec)
      if (path) found[tag] = '/' + path
      else problems.push(`${from}.json: usingComponents["${tag}"]: "${spec}" is not there`)
    }
    return found
  }
  const everywhere = used('app', app.usingComponents)
  const waiting = [...pages.map((path) => [path, true]), ...Object.values(everywhere).map((path) => [path.slice(1), false])]
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [path, isPage] = next
    if (parts.has(path)) continue
    const script = tree.find(path, '.ts', '.js')
    const wxml = tree.find(path, '.wxml')
    parts.set(path, null)
    if (!script || !wxml) {
      problems.push(`${path}: ${script ? '.wxml' : '.ts or .js'} is missing`)
      continue
    }
    const json = tree.find(path, '.json') ? tree.readJson(path) : {}
    const own = used(path, json.usingComponents)
    for (const component of Object.values(own)) waiting.push([component.slice(1), false])
    parts.set(path, { path, package: packageOf(path), isPage, script, wxml, wxss: tree.find(path, '.wxss'), json: { ...json, usingComponents: { ...everywhere, ...own } } })
  }
  return { app, pages, parts: [...parts.values()].filter(Boolean) }
}
