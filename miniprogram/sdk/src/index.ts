/**
 * Everything: `const yumen = createYumen({ appid, road: { kind: 'https', hosts: ['https://api.example.cn'] } })`.
 *
 * An app that wants less makes `createCore` and hands it to the parts it uses; a bundler drops the rest.
 */

export * from './core'
export * from './yumen'
export { isOutdated, makeConsents } from './consent'
export { makeFiles } from './files'
export { makeLinks, among, matching, numeric, words } from './links'
export { makeLoyalty } from './loyalty'
export { makeMeasure } from './measure'
export type { Beacon } from './measure'
export { makeMessages } from './messages'
export { makePay } from './pay'
export { makePerson } from './person'
export { makePrivacy } from './privacy'
export { makeQueue } from './queue'
export { makeShelf } from './shelf'
