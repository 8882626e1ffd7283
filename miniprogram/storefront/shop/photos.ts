/** Pictures a person chooses, small enough for the server. */

import { YumenError, current } from '@yumen/miniprogram'

/** The server takes 200 KiB a picture. */
const WIDTH_PX = 1_080
const QUALITY = 60

/** At most `count` pictures; none when the person closed the sheet. Raises `unsupported` on old base libraries. */
export async function pick(count: number): Promise<string[]> {
  if (!wx.chooseMedia) throw new YumenError('unsupported', 'unsupported', current().text('unsupported'))
  try {
    const { tempFiles } = await wx.chooseMedia({ count, mediaType: ['image'], sizeType: ['compressed'] })
    return Promise.all(tempFiles.map((one) => smaller(one.tempFilePath)))
  } catch (failure) {
    if (/cancel|deny|denied|not authorized/i.test((failure as { errMsg?: string }).errMsg || '')) return []
    throw failure
  }
}

/** The same picture with fewer bytes, where WeChat can do that. */
export async function smaller(path: string): Promise<string> {
  if (!wx.compressImage) return path
  const done = await wx.compressImage({ src: path, quality: QUALITY, compressedWidth: WIDTH_PX }).catch(() => null)
  return done ? done.tempFilePath : path
}
