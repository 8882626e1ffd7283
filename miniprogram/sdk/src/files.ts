/** Pictures and other files, both ways. */

import type { YumenError } from './errors'
import type { Ask, Files, Progress } from './face'
import type { Engine } from './made'
import { failureOf, valueOf } from './reading'
import { isLapse, targetOf } from './requests'
import { asked } from './wx'
import type { Callbacks, WxTask } from './wx'

const MEDIA: Record<string, string> = { png: 'image/png', webp: 'image/webp', jpg: 'image/jpeg', jpeg: 'image/jpeg' }

/** `yumen.files`. Raises `unsupported` where this WeChat or this road has no such function. */
export function makeFiles(engine: Engine): Files {
  const { wx } = engine
  const missing = (): never => {
    throw engine.error('unsupported', 'unsupported')
  }

  /** `wx.uploadFile` and `wx.downloadFile` share their shape: headers in, a task with progress out. */
  async function carry<R extends { statusCode: number }>(
    path: string, ask: Ask, token: string, write: boolean, told: ((p: Progress) => void) | undefined,
    start: (o: Callbacks<R> & { url: string; header: Record<string, string>; timeout: number }) => WxTask,
  ): Promise<R> {
    const target = targetOf(engine, path, ask.query)
    const url = engine.transport.url(target, engine.sender.host())
    if (!url) missing()
    const header: Record<string, string> = { 'Accept-Language': engine.language }
    if (token) header.Authorization = 'Bearer ' + token
    if (write) header['Idempotency-Key'] = ask.key || engine.newKey()
    let off: (() => void) | undefined
    try {
      return await asked<R>((o) => {
        const task = start({ ...o, url, header, timeout: ask.deadlineMs || engine.network.callMs() })
        off = ask.scope && ask.scope.onEnd(() => task.abort())
        if (told && task.onProgressUpdate) task.onProgressUpdate((p) => told(progressOf(p)))
      })
    } catch (failure) {
      throw failureOf(failure, write, engine.text)
    } finally {
      if (off) off()
    }
  }

  /** Once more where the session had lapsed meanwhile; what one person began is never done in the name of another. */
  async function withSession<T>(ask: Ask, act: (token: string) => Promise<T>): Promise<T> {
    if (ask.session === 'none') return act('')
    const token = await engine.session.token()
    const who = engine.session.subject
    try {
      return await act(token)
    } catch (problem) {
      if (!isLapse(problem as YumenError)) throw problem
      await engine.session.lapsed(token)
      if (engine.session.subject !== who) throw engine.error('session', 'session.switched')
      return act(await engine.session.token())
    }
  }

  const files: Files = {
    async send(method, path, filePath, ask = {}) {
      const system = wx.getFileSystemManager && wx.getFileSystemManager()
      if (!system) return missing()
      const file = await asked<{ data: ArrayBuffer | string }>((o) => system.readFile({ ...o, filePath }))
        .catch((failure) => {
          throw failureOf(failure, false, engine.text)
        })
      const ending = (/\.(\w+)$/.exec(filePath) || ['', ''])[1].toLowerCase()
      return engine.api.call(method, path, { ...ask, body: file.data, type: ask.type || MEDIA[ending] || MEDIA.jpg })
    },
    async upload(path, filePath, name, told, ask = {}) {
      if (!wx.uploadFile) return missing()
      return withSession(ask, async (token) => {
        const done = await carry<{ statusCode: number; data: string }>(path, ask, token, true, told, (o) =>
          wx.uploadFile!({ ...o, filePath, name }))
        return valueOf({ status: done.statusCode, headers: {}, data: done.data }, false, engine.text) as never
      })
    },
    picture: (path, filePath, told, ask) => wx.uploadFile && engine.transport.url(path, 0)
      ? files.upload(path, filePath, 'picture', told, ask) : files.send('POST', path, filePath, ask),
    async download(path, told, ask = {}) {
      if (!wx.downloadFile) return missing()
      return withSession(ask, async (token) => {
        const done = await carry<{ statusCode: number; tempFilePath: string }>(path, ask, token, false, told, (o) =>
          wx.downloadFile!(o))
        if (done.statusCode !== 200) valueOf({ status: done.statusCode, headers: {}, data: '' }, false, engine.text)
        return done.tempFilePath
      })
    },
  }
  return files
}

function progressOf(p: Record<string, number>): Progress {
  return {
    sent: p.totalBytesSent || p.totalBytesWritten || 0,
    total: p.totalBytesExpectedToSend || p.totalBytesExpectedToWrite || 0,
  }
}
