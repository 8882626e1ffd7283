/**
 * Everything: `const yumen = createYumen({ appid, road: { kind: 'https', hosts: ['https://api.example.cn'] } })`.
 *
 * An app that wants less makes `createCore` and hands it to the parts it uses; a bundler drops the rest.
 */

export * from './core'
export * from './yumen'
export {
  among, isOutdated, makeConsents, makeFiles, makeLinks, makeLoyalty, makeMessages, makePay, makePerson, makeQueue, matching, numeric, words,
} from './more'
export { makeMeasure } from './measure'
export type { Beacon } from './measure'
export { makePrivacy } from './privacy'
export { makeShelf } from './shelf'
