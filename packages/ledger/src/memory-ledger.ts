import { type AccountId, type Balances, RESERVE } from './account.ts'
import { MAX_AMOUNT } from './amount.ts'
import type { Ledger } from './ledger.ts'
import {
  type AccountSlice,
  assertStatement,
  mergePage,
  type StatementPage,
  type StatementQuery,
} from './statement.ts'
import { assertRepresentable, type PostResult, type Transfer } from './transfer.ts'

type Account = { id: AccountId; floor: bigint | null; balance: bigint }
type Posted = Transfer & { seq: bigint; postedAt: Date }

/**
 * The twin of the Postgres store: the rules of the book in the plainest form, one row after another. Where the two
 * differ, this one is right. It forgets everything with the process.
 */
export class MemoryLedger implements Ledger {
  readonly #accounts = new Map<string, Account>()
  readonly #posted = new Map<string, Posted>()
  readonly #book: Posted[] = []
  readonly #now: () => Date

  constructor(now: () => Date = () => new Date()) {
    this.#now = now
  }

  async open(refs: readonly string[]): Promise<Map<string, AccountId>> {
    return new Map(
      refs.map((ref) => {
        let account = this.#accounts.get(ref)
        if (!account) {
          account = { id: BigInt(this.#accounts.size + 1), floor: ref === RESERVE ? null : 0n, balance: 0n }
          this.#accounts.set(ref, account)
        }
        return [ref, account.id]
      }),
    )
  }

  async post(transfers: readonly Transfer[]): Promise<PostResult[]> {
    assertRepresentable(transfers)
    const before = this.#book.length
    const results: PostResult[] = []
    try {
      for (const unit of unitsOf(transfers)) results.push(...this.#postUnit(unit))
    } catch (error) {
      while (this.#book.length > before) this.#undoLast()
      throw error
    }
    return results
  }

  async balances(refs: readonly string[]): Promise<Balances> {
    const balances: Balances = new Map()
    for (const ref of refs) {
      const account = this.#accounts.get(ref)
      if (account) balances.set(ref, account.balance)
    }
    return balances
  }

  async statement(query: StatementQuery): Promise<StatementPage> {
    assertStatement(query)
    const slices = [...new Set(query.accounts)].flatMap((ref): AccountSlice[] => {
      const account = this.#accounts.get(ref)
      const from = query.cursor
        ? query.cursor.get(ref)
        : { before: MAX_AMOUNT, balance: account?.balance ?? 0n }
      if (!account || !from) return []
      const candidates = this.#book
        .filter((row) => row.seq < from.before && (row.debit === ref || row.credit === ref))
        .slice(-query.limit - 1)
        .reverse()
        .map((row) => ({
          seq: row.seq,
          transferId: row.id,
          leg: row.leg,
          side: row.debit === ref ? ('debit' as const) : ('credit' as const),
          amount: row.debit === ref ? -row.amount : row.amount,
          code: row.code,
          counterpartRef: row.debit === ref ? row.credit : row.debit,
          postedAt: row.postedAt,
        }))
      return [{ ref, balance: from.balance, candidates }]
    })
    return mergePage(slices, query.limit)
  }

  #postUnit(unit: readonly Transfer[]): PostResult[] {
    const before = this.#book.length
    const results: PostResult[] = []
    for (const row of unit) {
      const result = this.#postRow(row)
      results.push(result)
      if (result !== 'ok' && result !== 'exists') {
        while (this.#book.length > before) this.#undoLast()
        return unit.map((_, index) => {
          if (index === results.length - 1) return result
          return results[index] === 'exists' ? 'exists' : 'linked_failed'
        })
      }
    }
    return results
  }

  #postRow(row: Transfer): PostResult {
    if (row.amount <= 0n || row.debit === row.credit || row.leg < 0) return 'invalid'
    const posted = this.#posted.get(keyOf(row))
    if (posted) return sameBody(posted, row) ? 'exists' : 'conflict'
    const debit = this.#accounts.get(row.debit)
    const credit = this.#accounts.get(row.credit)
    if (!debit || !credit) return 'unknown_account'
    if (debit.floor !== null && debit.balance - row.amount < debit.floor) return 'insufficient'
    if (debit.balance - row.amount < -MAX_AMOUNT || credit.balance + row.amount > MAX_AMOUNT) {
      throw new RangeError('a balance would leave 64 bits')
    }
    debit.balance -= row.amount
    credit.balance += row.amount
    const seq = BigInt(this.#book.length + 1)
    const entry = { ...row, id: row.id.toLowerCase(), seq, postedAt: this.#now() }
    this.#posted.set(keyOf(row), entry)
    this.#book.push(entry)
    return 'ok'
  }

  #undoLast(): void {
    const row = this.#book.pop()!
    this.#posted.delete(keyOf(row))
    this.#accounts.get(row.debit)!.balance += row.amount
    this.#accounts.get(row.credit)!.balance -= row.amount
  }
}

/** Cuts a batch into its linked units: runs of one id with strictly rising legs. */
function unitsOf(transfers: readonly Transfer[]): Transfer[][] {
  const units: Transfer[][] = []
  let previous: Transfer | undefined
  for (const row of transfers) {
    const linked = previous && previous.id.toLowerCase() === row.id.toLowerCase() && previous.leg < row.leg
    if (linked) units.at(-1)!.push(row)
    else units.push([row])
    previous = row
  }
  return units
}

function keyOf({ id, leg }: Transfer): string {
  return `${id.toLowerCase()}/${leg}`
}

function sameBody(a: Transfer, b: Transfer): boolean {
  return a.debit === b.debit && a.credit === b.credit && a.amount === b.amount && a.code === b.code
}
