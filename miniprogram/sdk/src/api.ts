/** The shapes of the shopper API that the SDK speaks (docs/reference, OpenAPI of `/v1`). Money is fen; times are ISO 8601. */

export type Purpose =
  | 'account' | 'sale' | 'membership' | 'profile' | 'marketing' | 'evidence' | 'security' | 'sharing' | 'publication'
  | 'imaging' | 'sensitive' | 'export'
export type OrderState =
  | 'awaiting_payment' | 'paid' | 'shipped' | 'received' | 'completed' | 'cancelled' | 'refunding' | 'refunded'
  | 'partially_refunded'

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

export interface LoginView {
  token: string
  session: string
  subject: string
  expires_at: string
  enrolled: boolean
}

export interface NoticeView {
  purpose: Purpose
  version: number
  hash: string
  basis: string
  asks: boolean
  separate_article: number | null
  language: 'en' | 'zh'
  title: string
  text: string
  kinds: string[]
}

export interface ConsentView {
  purpose: Purpose
  state: 'unasked' | 'given' | 'refused' | 'withdrawn'
  ask: boolean
  notice_hash: string
  notice_version: number
  answered_version?: number | null
  answered_at?: string | null
  receipt?: string | null
}

/** A notice that asks, and where the person's answer stands. */
export interface ConsentItem {
  notice: NoticeView
  state: ConsentView['state']
  ask: boolean
  answered_at?: string | null
}

export interface PhoneView {
  masked: string
  bound_at: string
  state: 'bound' | 'changed' | 'same'
}

export interface AddressBody {
  recipient: string
  phone: string
  province: string
  city: string
  district?: string
  street: string
  postcode?: string
  preferred?: boolean
}

export interface ProfileView {
  nickname: string | null
  birthday: string | null
  region: string | null
  language: string | null
  phone_masked: string | null
  has_avatar: boolean
}

export type ProfilePatch = Partial<Pick<ProfileView, 'nickname' | 'birthday' | 'region'> & { language: 'en' | 'zh' | null }>

export interface OrderBody {
  lines: { sku: string; quantity: number }[]
  coupons?: string[]
  points?: number
  address?: string | null
  destination?: AddressBody | null
  expected_fen: number
}

export interface StateView {
  id: string
  state: OrderState
}

export interface PaymentView {
  timeStamp: string
  nonceStr: string
  package: string
  signType: string
  paySign: string
}

export interface LoyaltyView {
  points: number
  owed: number
  expiring: number
  expiring_at: string | null
  tier: string
  tier_until_at: string | null
  qualifying_points: number
  next_tier: string
  next_tier_from_points: number
  next_tier_left_points: number
  enrolled_at: string
}

export interface CardView {
  number: string
  tier: string
  enrolled_at: string
}

export interface CardCodeView {
  code: string
  expires_at: string
}

/** What one module keeps about a shopper, in the reader's language; `leaves`: it goes when the account is deleted. */
export interface Said {
  code: string
  title: string
  fields: { code: string; title: string; purpose: string; basis: string; sensitive: boolean }[]
  leaves: boolean
  keep: string
}

export interface DataCopy {
  request: string
  made_at: string
  format: string
  parts: { holding: string; values: Record<string, unknown> }[]
}

/** `erased` rows are gone and their keys destroyed; `kept` ones law keeps a while, for nothing else. */
export interface Deletion {
  request: string
  erased: number
  kept: number
}
