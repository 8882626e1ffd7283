/** WXSS to CSS: imports put in, `rpx` by the width of the screen, `vh` by the height of the page, tags to `wx-…`, classes kept to their component. */

import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

import postcss from 'postcss'
import selectors from 'postcss-selector-parser'

import { BUILT_IN } from './names.mjs'
import { isFile } from './project.mjs'

/** 750 rpx are the width of the screen, on any phone. */
const RPX = /(-?\d*\.?\d+)rpx\b/g
/** A page is as high as what WeChat's bars leave, and `100vh` is that. */
const VH = /(\d)vh\b/g
export const toCss = (text) => text.replace(RPX, 'calc(var(--rpx) * $1)').replace(VH, '$1cqh')

/** `scope`: the prefix of an isolated component's classes, null for styles that are shared. */
export function compileStyles(root, file, scope, problems, seen = new Set()) {
  if (!file || seen.has(file)) return ''
  seen.add(file)
  const at = (where, line) => `${relative(root, where)}:${line}`
  let css
  try {
    css = postcss.parse(readFileSync(file, 'utf8'), { from: file })
  } catch (broken) {
    problems.push(`${at(file, broken.line)}: ${broken.reason}`)
    return ''
  }
  let imported = ''
  css.walkAtRules('import', (rule) => {
    const spec = rule.params.replace(/^url\(|\)$/g, '').replace(/['"]/g, '').trim()
    const other = spec.startsWith('/') ? join(root, spec) : join(dirname(file), spec)
    if (isFile(other)) imported += compileStyles(root, other, scope, problems, seen)
    else problems.push(`${at(file, rule.source.start.line)}: @import "${spec}" is not there`)
    rule.remove()
  })
  css.walkDecls((line) => void (line.value = toCss(line.value)))
  const change = selectors((all) => rewrite(all, scope))
  css.walkRules((rule) => {
    if (rule.parent?.type === 'atrule' && /keyframes$/.test(rule.parent.name)) return
    try {
      rule.selector = change.processSync(rule.selector)
    } catch (broken) {
      problems.push(`${at(file, rule.source.start.line)}: ${broken.message}`)
    }
  })
  return imported + darkByTheme(css).toString()
}

function rewrite(all, scope) {
  all.walkTags((tag) => {
    if (BUILT_IN.includes(tag.value) || tag.value === 'page') tag.value = 'wx-' + tag.value
  })
  if (!scope) return
  all.walkClasses((one) => {
    if (!one.value.startsWith(scope + '--')) one.value = `${scope}--${one.value}`
  })
  all.walkPseudos((one) => {
    if (one.value === ':host') one.replaceWith(selectors.attribute({ attribute: 'wx-host', value: scope, quoteMark: '"', raws: {} }))
  })
}

/** The phone's own theme decides, not that of the browser around it: `@media (prefers-color-scheme: …)` asks the page. */
function darkByTheme(css) {
  css.walkAtRules('media', (rule) => {
    const asked = /^\(prefers-color-scheme:\s*(dark|light)\)$/.exec(rule.params.trim())
    if (!asked) return
    rule.walkRules((one) => void (one.selectors = one.selectors.map((each) => `[data-theme="${asked[1]}"] ${each}`)))
    rule.replaceWith(rule.nodes)
  })
  return css
}
