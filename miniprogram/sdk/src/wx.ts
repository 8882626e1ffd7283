/** The part of `wx` that the SDK uses. Everything but `request` and `login` may be missing on an old base library. */

export interface Failure {
  errMsg: string
  errno?: number
  errCode?: number
}

export interface Callbacks<R> {
  success?: (result: R) => void
  fail?: (failure: Failure) => void
  complete?: () => void
}

export interface WxTask {
  abort(): void
  onProgressUpdate?: (told: (p: Record<string, number>) => void) => void
}

export interface WxAnswer {
  statusCode: number
  data: unknown
  header?: Record<string, string | string[]>
  profile?: Record<string, number | string | boolean>
}

export interface WxRequest extends Callbacks<WxAnswer> {
  url: string
  method: string
  header: Record<string, string>
  data?: unknown
  timeout: number
  dataType?: string
  responseType?: string
  enableHttp2?: boolean
  enableQuic?: boolean
}

export interface WxUpload extends Callbacks<{ statusCode: number; data: string }> {
  url: string
  filePath: string
  name: string
  header: Record<string, string>
  timeout: number
}

export interface WxDownload extends Callbacks<{ statusCode: number; tempFilePath: string }> {
  url: string
  header: Record<string, string>
  timeout: number
}

export interface WxContainerCall extends Callbacks<WxAnswer> {
  config: { env: string }
  path: string
  method: string
  header: Record<string, string>
  data?: unknown
  timeout: number
  responseType?: string
}

export interface WxAddress {
  userName: string
  telNumber: string
  provinceName: string
  cityName: string
  countyName: string
  detailInfo: string
  postalCode?: string
  streetName?: string
  detailInfoNew?: string
}

export type PrivacyResolve = (answer: { event: string; buttonId?: string }) => void

export interface Wx {
  request(o: WxRequest): WxTask
  login(o: Callbacks<{ code: string }> & { timeout?: number }): void
  uploadFile?(o: WxUpload): WxTask
  downloadFile?(o: WxDownload): WxTask
  cloud?: { init(o: { env: string }): void; callContainer(o: WxContainerCall): unknown }
  getStorageSync?(key: string): unknown
  setStorageSync?(key: string, value: unknown): void
  removeStorageSync?(key: string): void
  getNetworkType?(o: Callbacks<{ networkType: string }>): void
  onNetworkStatusChange?(told: (r: { isConnected: boolean; networkType: string }) => void): void
  onAppShow?(told: () => void): void
  onAppHide?(told: () => void): void
  onError?(told: (message: string) => void): void
  onUnhandledRejection?(told: (r: { reason: unknown }) => void): void
  getAppBaseInfo?(): { SDKVersion?: string; language?: string; version?: string }
  getDeviceInfo?(): { platform?: string }
  getSystemInfoSync?(): { SDKVersion?: string; language?: string; version?: string; platform?: string }
  getPerformance?(): {
    createObserver(told: (list: { getEntries(): WxEntry[] }) => void): { observe(o: { entryTypes: string[] }): void }
  }
  getPrivacySetting?(o: Callbacks<{ needAuthorization: boolean; privacyContractName: string }>): void
  requirePrivacyAuthorize?(o: Callbacks<unknown>): void
  onNeedPrivacyAuthorization?(told: (resolve: PrivacyResolve, event?: { referrer?: string }) => void): void
  openPrivacyContract?(o: Callbacks<unknown>): void
  chooseAddress?(o: Callbacks<WxAddress>): void
  getFileSystemManager?(): { readFile(o: Callbacks<{ data: ArrayBuffer | string }> & { filePath: string }): void }
  setClipboardData?(o: Callbacks<unknown> & { data: string }): void
  requestPayment?(o: Callbacks<unknown> & Record<string, unknown>): void
  requestSubscribeMessage?(o: Callbacks<Record<string, string>> & { tmplIds: string[] }): void
}

/** One line of `wx.getPerformance()`. */
export interface WxEntry {
  name: string
  entryType: string
  duration?: number
  startTime?: number
  path?: string
}

/** Call a `wx` function in its callback form; rejects with WeChat's own failure. */
export function asked<R>(call: (o: Callbacks<R>) => void): Promise<R> {
  return new Promise((resolve, reject) => call({ success: resolve, fail: reject }))
}

/** Did the person close the dialog or say no? (errno 103, 104; older base libraries say it in `errMsg` only.) */
export function declined(failure: Failure | { errMsg?: string; errno?: number } | undefined): boolean {
  const said = (failure && failure.errMsg) || ''
  return [103, 104].indexOf((failure && failure.errno) || 0) >= 0 || /cancel|deny|denied|not authorized/i.test(said)
}
