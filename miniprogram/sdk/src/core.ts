/** Session and requests alone. */

export * from './api'
export * from './face'
export * from './wx'
export { YumenError, isYumenError } from './errors'
export type { ErrorFacts, ErrorKind } from './errors'
export { createCore } from './made'
export { makeScope } from './scope'
export { route } from './requests'
export type { Engine } from './made'

// for the parts above the core, which live in a file of their own
export { failureOf, valueOf } from './reading'
export { later } from './made'
export { makeSession } from './session'
export { isLapse, targetOf } from './requests'
export { CACHE, QUEUE } from './store'
export { has } from './texts'
