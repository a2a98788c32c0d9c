/** Which side of a transfer an account was on. */
export type Side = 'debit' | 'credit'

/** One leg of a transfer as seen from one account. A transfer between two accounts of one owner gives two entries. */
export type StatementEntry = {
  /** Position in the book; rises with every posting of the account. */
  seq: bigint
  transferId: string
  leg: number
  side: Side
  accountRef: string
  /** In nano, negative when the account paid. */
  amount: bigint
  /** What the account held right after this entry, in nano. */
  balanceAfter: bigint
  code: number
  counterpartRef: string
  postedAt: Date
}

/**
 * Where a page ended: per account, the entries still to come are those with a seq below `before`, and `balance` is what
 * the account held after the newest of them. An account that is absent has nothing older.
 *
 * It pins the book as the first page saw it. What is posted later neither shows up in the middle nor moves a balance,
 * and a deep page costs what the first one does.
 */
export type StatementCursor = ReadonlyMap<string, { before: bigint; balance: bigint }>

export type StatementQuery = {
  /** Refs of the accounts of one owner. Those not open have no entries. */
  accounts: readonly string[]
  /** Entries a page, 1 or more. */
  limit: number
  /** `next` of the page before; absent for the newest. */
  cursor?: StatementCursor | undefined
}

export type StatementPage = {
  entries: StatementEntry[]
  /** Absent when this page is the last. */
  next?: StatementCursor
}

/** Candidates of one account for a page: its newest entries below its bound, newest first, without balances. */
export type AccountSlice = {
  ref: string
  /** Balance after the newest candidate. */
  balance: bigint
  candidates: Omit<StatementEntry, 'accountRef' | 'balanceAfter'>[]
}

/**
 * Merges the newest candidates of each account into a page. Each slice needs `limit + 1` candidates, or all there are,
 * so that the page knows whether anything follows.
 */
export function mergePage(slices: readonly AccountSlice[], limit: number): StatementPage {
  const walk = slices.map((slice) => ({ ...slice, at: 0 }))
  const entries: StatementEntry[] = []
  while (entries.length < limit) {
    let newest: (typeof walk)[number] | undefined
    for (const account of walk) {
      const candidate = account.candidates[account.at]
      // Of the two entries of one transfer, the account named first in the query comes first.
      if (candidate && !(newest && newest.candidates[newest.at]!.seq >= candidate.seq)) newest = account
    }
    if (!newest) break
    const candidate = newest.candidates[newest.at]!
    entries.push({ ...candidate, accountRef: newest.ref, balanceAfter: newest.balance })
    newest.balance -= candidate.amount
    newest.at += 1
  }
  const rest = walk.flatMap(
    ({ ref, balance, candidates, at }): [string, { before: bigint; balance: bigint }][] => {
      const following = candidates[at]
      return following ? [[ref, { before: following.seq + 1n, balance }]] : []
    },
  )
  return rest.length > 0 ? { entries, next: new Map(rest) } : { entries }
}

/**
 * Checks the page size and that a cursor belongs to the accounts asked for.
 * @throws RangeError when it does not: a cursor of somebody else's is for the caller to refuse before
 */
export function assertStatement({ accounts, limit, cursor }: StatementQuery): void {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`not a page size: ${limit}`)
  for (const ref of cursor?.keys() ?? []) {
    if (!accounts.includes(ref)) throw new RangeError(`the cursor names ${ref}, the query does not`)
  }
}

/** Writes a cursor as an opaque, URL-safe text. Accounts are written by their place in `accounts`, not by name. */
export function encodeCursor(cursor: StatementCursor, accounts: readonly string[]): string {
  const parts = [...cursor].map(
    ([ref, { before, balance }]) => `${accounts.indexOf(ref)}.${before}.${balance}`,
  )
  return Buffer.from(parts.join('_')).toString('base64url')
}

const CURSOR_PART = /^(\d{1,3})\.(\d{1,19})\.(-?\d{1,19})$/

/** Reads what `encodeCursor` wrote for the same accounts; `undefined` for anything else. */
export function decodeCursor(text: string, accounts: readonly string[]): StatementCursor | undefined {
  const cursor = new Map<string, { before: bigint; balance: bigint }>()
  for (const part of Buffer.from(text, 'base64url').toString().split('_')) {
    const match = CURSOR_PART.exec(part)
    const ref = match ? accounts[Number(match[1])] : undefined
    if (!match || ref === undefined || cursor.has(ref)) return undefined
    const [before, balance] = [BigInt(match[2]!), BigInt(match[3]!)]
    if (before > MAX_SEQ || balance > MAX_SEQ || balance < -MAX_SEQ) return undefined
    cursor.set(ref, { before, balance })
  }
  return cursor
}

const MAX_SEQ = 2n ** 63n - 1n
