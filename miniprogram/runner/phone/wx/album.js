/** The pictures of this phone, all made up here: drawn, made smaller, read. A path is good until the app ends. */

import { api } from './api.js'

const SIDE_PX = 640
const QUALITY = 0.85

export function makeAlbum() {
  const kept = new Map()
  const missing = (path) => {
    throw { errMsg: `fail no such file or directory, open ${path}` }
  }
  const add = (blob, ending) => {
    const path = `wxfile://tmp_${Date.now().toString(36)}_${kept.size}.${ending}`
    kept.set(path, { blob, address: URL.createObjectURL(blob) })
    return path
  }
  const find = (path) => kept.get(path) || missing(path)

  /** A picture that a word makes: the same word, the same colours. */
  async function draw(word) {
    const canvas = Object.assign(document.createElement('canvas'), { width: SIDE_PX, height: SIDE_PX })
    paint(canvas.getContext('2d'), [...word].reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)) % 360, 7))
    return add(await blobOf(canvas), 'jpg')
  }

  return {
    draw,
    /** The blob behind a path; raises WeChat's failure when there is none. */
    blob: (path) => find(path).blob,
    /** Where the page finds it; '' when there is none. */
    address: (path) => (kept.has(path) ? kept.get(path).address : ''),
    wx: {
      compressImage: api('compressImage', async ({ src, quality = 80, compressedWidth = SIDE_PX }) => {
        const picture = await createImageBitmap(find(src).blob)
        const scale = Math.min(1, compressedWidth / picture.width)
        const canvas = Object.assign(document.createElement('canvas'), { width: picture.width * scale, height: picture.height * scale })
        canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height)
        return { tempFilePath: add(await blobOf(canvas, quality / 100), 'jpg') }
      }),
      getFileSystemManager: () => ({
        readFile: api('readFile', async ({ filePath }) => ({ data: await find(filePath).blob.arrayBuffer() })),
      }),
    },
  }
}

const blobOf = (canvas, quality = QUALITY) => new Promise((done) => canvas.toBlob(done, 'image/jpeg', quality))

/** A moon over hills. */
function paint(pen, hue) {
  const sky = pen.createLinearGradient(0, 0, 0, SIDE_PX)
  sky.addColorStop(0, `hsl(${hue} 28% 34%)`)
  sky.addColorStop(1, `hsl(${hue} 34% 74%)`)
  pen.fillStyle = sky
  pen.fillRect(0, 0, SIDE_PX, SIDE_PX)
  pen.fillStyle = `hsl(${hue + 40} 60% 90%)`
  pen.beginPath()
  pen.arc(SIDE_PX * 0.5, SIDE_PX * 0.4, SIDE_PX * 0.16, 0, 7)
  pen.fill()
  for (const [at, light] of [[0.62, 26], [0.76, 18]]) {
    pen.fillStyle = `hsl(${hue} 30% ${light}%)`
    pen.beginPath()
    pen.ellipse(SIDE_PX * at, SIDE_PX * 1.12, SIDE_PX * 0.72, SIDE_PX * (1.24 - at), 0, 0, 7)
    pen.fill()
  }
}
