/** Where a member stands, for the pages that show it. */

import { current, isYumenError } from '@yumen/miniprogram'
import type { LoyaltyView } from '@yumen/miniprogram'

/** Points and tier, or nothing for somebody who is no member. */
export async function standing(): Promise<LoyaltyView | null> {
  try {
    return await current().loyalty.read()
  } catch (thrown) {
    if (isYumenError(thrown) && thrown.code === 'loyalty.not_member') return null
    throw thrown
  }
}
