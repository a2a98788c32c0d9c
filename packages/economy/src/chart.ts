/**
 * The chart of accounts: every account the books have, by name.
 *
 * `chain:reserve` alone may be negative: it mirrors the vault, and −`chain:reserve` is what the vault holds.
 */
export const RESERVE = 'chain:reserve'
export const SURPLUS = 'chain:surplus'
export const REVENUE = 'platform:revenue'
/** Operator money for grants, and the budgets nobody used. */
export const GRANTS = 'pool:grants'

/** The accounts of a member, in the order a wallet shows them. */
export const MEMBER_ACCOUNTS = ['available', 'pending', 'budget', 'pledge', 'withdrawing', 'owed'] as const

export type MemberAccount = (typeof MEMBER_ACCOUNTS)[number]

/** The name of one of a member's accounts, e.g. `member:0190…:available`. */
export function memberAccount(memberId: string, account: MemberAccount): string {
  return `member:${memberId}:${account}`
}

/** The inverse of `memberAccount`; undefined for any other account's name. */
export function parseMemberAccount(ref: string): { memberId: string; account: MemberAccount } | undefined {
  const [prefix, memberId, account] = ref.split(':')
  if (prefix !== 'member' || !memberId || !MEMBER_ACCOUNTS.includes(account as MemberAccount))
    return undefined
  return { memberId, account: account as MemberAccount }
}

/** Payouts on their way to the chain; empty again when the epoch is settled. */
export function settlingAccount(epoch: number): string {
  return `settling:${epoch}`
}

/** What is left of a campaign: its sponsor's money, in escrow. */
export function campaignAccount(campaignId: string): string {
  return `campaign:${campaignId}`
}

/** The prices of a campaign's issued tokens. */
export function openViewsAccount(campaignId: string): string {
  return `campaign:${campaignId}:open`
}

/** Budgets on their way to their receivers; empty again when each step of a period's close is done. */
export function periodAccount(period: bigint): string {
  return `period:${period}`
}

/** Accounts that must be empty when their work is done. */
export const CLEARING_PREFIXES = ['period:', 'settling:'] as const

/**
 * What a transfer is for. The number is kept in the books for ever: never change or reuse one.
 *
 * The first nine are the income streams.
 */
export const STREAMS = {
  attention: 1,
  like: 2,
  read: 3,
  comment: 4,
  share: 5,
  tip: 6,
  subscription: 7,
  unlock: 8,
  grant: 9,
  deposit: 20,
  withdrawal: 21,
  pledge: 22,
  clearing: 23,
  fee: 24,
  campaign: 25,
  refund: 26,
  surplus: 27,
} as const

export type Stream = keyof typeof STREAMS

/** What members earn by, in the order charts show it. The other streams move money that was somebody's already. */
export const INCOME_STREAMS = [
  'attention',
  'like',
  'read',
  'comment',
  'share',
  'tip',
  'subscription',
  'unlock',
  'grant',
] as const satisfies Stream[]

export type IncomeStream = (typeof INCOME_STREAMS)[number]

const BY_CODE = new Map(Object.entries(STREAMS).map(([stream, code]) => [code as number, stream as Stream]))

/** The stream of a transfer's code. Throws for a code the books do not know. */
export function streamOf(code: number): Stream {
  const stream = BY_CODE.get(code)
  if (!stream) throw new Error(`no stream has the code ${code}`)
  return stream
}
