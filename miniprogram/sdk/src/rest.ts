/** The way to what is not needed as a visit starts. In `miniprogram_dist` it is a `require` of its own, run at the first call. */

import * as more from './more'

export const rest = (): typeof more => more
