/** What an app sees of the SDK: every part as an interface, so that tests can stand one in for another. */

import type {
  AddressBody, CardCodeView, CardView, ConsentItem, DataCopy, Deletion, LoginView, LoyaltyView, NoticeView, OrderBody, PhoneView,
  ProfilePatch, ProfileView, Purpose, Said, StateView,
} from './api'
import type { YumenError } from './errors'
import type { Wx } from './wx'

export type Language = 'en' | 'zh'
export type NetworkType = 'wifi' | '5g' | '4g' | '3g' | '2g' | 'unknown' | 'none'
/** Call it to hear no more. */
export type Stop = () => void

/** A plain HTTPS host (`https://api.example.cn`), or WeChat's private link to a cloud-hosted container. */
export type Road =
  | { kind: 'https'; hosts: string[] }
  | { kind: 'cloud'; env: string; service: string; prefix?: string }

export interface Options {
  /** `wx…`, the one in project.config.json. */
  appid: string
  road: Road
  /** What the person reads. Left out: the language of WeChat, `zh` or `en`. */
  language?: Language
  /** `wx` itself; handed in by tests. */
  wx?: Wx
  /** Time, timers and chance; handed in by tests. */
  host?: Partial<Host>
  /**
   * Measurements: share of visits that report, 0 to 1 (0.1). `purpose`: only while that consent stands, as far as this visit
   * has read it (`consents.list`). `false` switches them off.
   */
  measure?: { share?: number; purpose?: Purpose } | false
  /** Keep what is stored on the phone under this prefix (`yumen.`). */
  prefix?: string
}

/** The surroundings of the code: all that is not the same twice. */
export interface Host {
  now(): number
  after(ms: number, act: () => void): unknown
  cancel(timer: unknown): void
  random(): number
}

// ---------------------------------------------------------------------------------------------------- session

export type SessionState = 'none' | 'open'
/** `switched`: another person than last time on this phone; what was shown belongs to somebody else. */
export type SessionEvent = 'opened' | 'renewed' | 'ended' | 'switched'

export interface Session {
  readonly state: SessionState
  /** `sub_…` of the person logged in, or ''. */
  readonly subject: string
  /** Log in unless a session is open: one login in flight, whoever asks. Raises YumenError. */
  open(): Promise<{ subject: string; enrolled: boolean }>
  /** A token that the server should take; renews or logs in when needed. */
  token(): Promise<string>
  /** Log out here, on the server too when it can be reached. */
  close(): Promise<void>
  on(listener: (event: SessionEvent) => void): Stop
}

// ---------------------------------------------------------------------------------------------------- request

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Query = Record<string, string | number | boolean | undefined | null>

export interface Ask {
  query?: Query
  /** A value for JSON, or bytes sent as they are (with `type`). */
  body?: unknown
  type?: string
  /** `required` (logs in), `if_open` (a token if there is one), `none`. Default `required`. */
  session?: 'required' | 'if_open' | 'none'
  /** An Idempotency-Key of one's own; every write gets one by itself. */
  key?: string
  /** Whole time for the call, retries included. Default by network type. */
  deadlineMs?: number
  /** Tries in all; 1 means no retry. Default 4. A call that is not idempotent is never tried twice. */
  tries?: number
  /** `false` for a write that must not be repeated: it gets no key and no retry. */
  idempotent?: boolean
  /** Answer from memory for so long; after that ask with the ETag. Reads only. */
  freshMs?: number
  /** When the server cannot be reached, answer what it said last. Reads only. */
  stale?: boolean
  /** Stop waiting when the scope ends; a write already sent goes on. */
  scope?: Scope
  /** `bytes` answers an ArrayBuffer. */
  answer?: 'json' | 'bytes'
}

/** Calls that end together, as those of a page: `onUnload() { this.scope.end() }`. */
export interface Scope {
  readonly ended: boolean
  end(): void
  onEnd(act: () => void): Stop
}

export interface Progress {
  /** Bytes; `total` is 0 while WeChat does not know it. */
  sent: number
  total: number
}

export interface Requests {
  get<T>(path: string, ask?: Ask): Promise<T>
  post<T>(path: string, body?: unknown, ask?: Ask): Promise<T>
  put<T>(path: string, body?: unknown, ask?: Ask): Promise<T>
  patch<T>(path: string, body?: unknown, ask?: Ask): Promise<T>
  delete<T>(path: string, ask?: Ask): Promise<T>
  call<T>(method: Method, path: string, ask?: Ask): Promise<T>
  scope(): Scope
  /** The network as WeChat last told it. */
  readonly network: NetworkType
}

export interface Queue {
  /** Send now, or when the network is back, in order, once. Only for what may wait; at most 50, 4 KB each. */
  later(method: Method, path: string, body?: unknown): Promise<'sent' | 'kept'>
  readonly waiting: number
  flush(): Promise<void>
  /** Told of each write that arrived, by its path. */
  onSent(listener: (path: string) => void): Stop
  /** Told of each write that the server refused for good, or that grew too old. */
  onLost(listener: (lost: { method: Method; path: string; code: string }) => void): Stop
}

export interface Files {
  /** A picture of the phone as the body of a PUT or POST. */
  send<T>(method: 'PUT' | 'POST', path: string, filePath: string, ask?: Ask): Promise<T>
  /** `multipart/form-data` by `wx.uploadFile`, with progress. */
  upload<T>(path: string, filePath: string, name: string, told?: (p: Progress) => void, ask?: Ask): Promise<T>
  /**
   * A picture of the phone as the file `picture` of a form, with progress; where `wx.uploadFile` cannot be used (the
   * private link, an old base library) as the body itself, without.
   */
  picture(path: string, filePath: string, told?: (p: Progress) => void, ask?: Ask): Promise<void>
  /** To a temporary file by `wx.downloadFile`, with progress; answers its path. */
  download(path: string, told?: (p: Progress) => void, ask?: Ask): Promise<string>
}

// ------------------------------------------------------------------------------------------ privacy and consent

export type PrivacyState = 'unknown' | 'agreed' | 'refused'

/** One question that waits for an answer; `reason` is WeChat's referrer, or the app's own word. */
export interface PrivacyAsk {
  reason: string
  contract: string
}

export interface Privacy {
  readonly state: PrivacyState
  /** Read where it stands; asks nobody. */
  check(): Promise<PrivacyState>
  /** True when agreed, at once or by the sheet; false when refused or nobody can be asked. */
  require(reason: string): Promise<boolean>
  /** Called by the sheet: it shows the newest one; `null` means close. The last mounted sheet is asked. */
  mount(show: (ask: PrivacyAsk | null) => void): Stop
  /** The tap on the button with this id: WeChat wants to know which. */
  agree(buttonId: string): void
  refuse(): void
  openContract(): Promise<void>
  on(listener: (state: PrivacyState) => void): Stop
}

export interface Consents {
  /** The notices in the person's language; before login too. */
  notices(): Promise<NoticeView[]>
  /** Notices that ask, each with where it stands; before login all are `unasked`. */
  list(): Promise<ConsentItem[]>
  /** Those to be asked now. */
  pending(): Promise<ConsentItem[]>
  /** Answer what was shown. Separate consents go one by one; logs in. */
  answer(choices: { item: ConsentItem; given: boolean }[]): Promise<ConsentItem[]>
  /** In force here at once; told to the server now or when it can be reached. */
  withdraw(purpose: Purpose): Promise<'sent' | 'kept'>
  /** Is it given, as far as this phone knows? */
  given(purpose: Purpose): boolean
  on(listener: () => void): Stop
}

// -------------------------------------------------------------------------------------------- the person's own

/** `e.detail` of `bindgetphonenumber` and `bindgetrealtimephonenumber`. */
export interface PhoneDetail {
  errMsg?: string
  errno?: number
  code?: string
  encryptedData?: string
  iv?: string
}

export interface Person {
  /** Bind the number behind the button's answer. `null`: the person said no. Raises `phone.quota` and others. */
  bindPhone(detail: PhoneDetail): Promise<PhoneView | null>
  /** The address book of WeChat, as a body for `/v1/addresses`. `null`: the person said no. */
  chooseAddress(): Promise<AddressBody | null>
  profile(): Promise<ProfileView>
  change(patch: ProfilePatch): Promise<ProfileView>
  /** `e.detail.avatarUrl` of `bindchooseavatar`; the server wants the consent to a profile before. */
  setAvatar(filePath: string, told?: (p: Progress) => void): Promise<void>
  /** The picture as a `data:` address for an `image`; '' without one. Shown, never stored by the SDK. */
  avatar(): Promise<string>
  /** What is kept about a shopper: why, on which ground, how long, and whether it goes with the account. */
  information(): Promise<Said[]>
  /** Everything kept about the person, opened. Shown, never stored by the SDK. */
  copy(): Promise<DataCopy>
  /** Delete the account now; every session of it ends, this one too. */
  deleteAccount(): Promise<Deletion>
}

// -------------------------------------------------------------------------------------------------------- pay

/** As the server says: `pending` is not known yet, `closed` can be paid no more. */
export type PayOutcome = 'paid' | 'cancelled' | 'pending' | 'closed'

export interface Pay {
  /** Place an order once, however often it is tapped or tried; the same draft answers the same order. */
  place(draft: OrderBody): Promise<StateView>
  /** Open the cashier and ask the server what came of it. One cashier an order, whoever asks. */
  pay(order: string): Promise<PayOutcome>
  /** What became of payments that were open when the app was closed; call at start. */
  resume(): Promise<{ order: string; outcome: PayOutcome }[]>
  /** Told of each outcome, also when the page that asked is gone. */
  on(listener: (order: string, outcome: PayOutcome) => void): Stop
}

// ---------------------------------------------------------------------------------------------------- measure

export interface Measure {
  /** A conversion or step of the app's own: a name of at most 40 letters, digits, `.`, `_`, `-`. */
  count(name: string, value?: number): void
  /** A duration in milliseconds. */
  time(name: string, ms: number): void
  /** An error by its code; never its text. */
  error(code: string, at?: string): void
  page(path: string): void
  flush(): Promise<void>
  readonly on: boolean
}

// ------------------------------------------------------------------------------------- messages, links, loyalty

/** WeChat's own words; `unknown`: it said nothing about that template. */
export type Subscribed = 'accept' | 'reject' | 'ban' | 'filter' | 'unknown'

export interface Messages {
  /** Inside a tap or after a payment. At most 5 templates, 3 on old base libraries. */
  ask(templates: string[]): Promise<Record<string, Subscribed>>
}

/** What a parameter may be; anything else becomes its `otherwise`. */
export type Param<T> = (text: string | undefined) => T

export interface Links {
  /** Read the options of a page or the scene of a QR code by a table; unknown ones are dropped. */
  read<T extends object>(options: Record<string, unknown> | undefined, table: { [K in keyof T]: Param<T[K]> }): T
  /** `scene` for an unlimited QR code: at most 32 of WeChat's characters. Raises `link.scene_unfit`. */
  scene(params: Record<string, string | number>): string
  /** Page and parameters as a path of this app. Raises `link.page_unfit`. */
  path(page: string, params?: Record<string, string | number | undefined>): string
  /** What `onShareAppMessage` returns. */
  share(card: { title: string; page: string; params?: Record<string, string | number>; image?: string }): {
    title: string
    path: string
    imageUrl?: string
  }
}

export interface Loyalty {
  read(): Promise<LoyaltyView>
  enrol(): Promise<'enrolled' | 'member'>
  card(): Promise<CardView>
  /** Show a till code and renew it before it ends, until stopped. */
  watchCode(show: (code: CardCodeView | null, problem?: YumenError) => void): Stop
}

// ---------------------------------------------------------------------------------------------------- together

/** Session and requests alone: 6 KB. */
export interface Core {
  readonly appid: string
  readonly language: Language
  setLanguage(language: Language): void
  readonly session: Session
  readonly api: Requests
  /** A text of the SDK in the person's language: of an error code or a label of a component. */
  text(code: string, facts?: Record<string, string | number>): string
}

export interface Yumen extends Core {
  readonly queue: Queue
  readonly privacy: Privacy
  readonly consents: Consents
  readonly files: Files
  readonly person: Person
  readonly pay: Pay
  readonly measure: Measure
  readonly messages: Messages
  readonly links: Links
  readonly loyalty: Loyalty
}

export type { LoginView }
