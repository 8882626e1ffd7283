/** What no visit needs as it starts: a file of its own in `miniprogram_dist`, read when one of its parts is first asked for. */

export { isOutdated, makeConsents } from './consent'
export { makeFiles } from './files'
export { LABELS } from './labels'
export { among, makeLinks, matching, numeric, words } from './links'
export { makeLoyalty } from './loyalty'
export { makeMessages } from './messages'
export { makePay } from './pay'
export { makePerson } from './person'
export { makeQueue } from './queue'
