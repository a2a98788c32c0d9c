import { auditStatement } from './auditor-statement.ts'
import type { Queryable } from './queryable.ts'

/** A law of the book, by what breaks it. */
export type BrokenLaw =
  /** The balances of all accounts do not sum to zero. */
  | 'sum_not_zero'
  /** An account's balance is not the sum of its transfers. */
  | 'balance_differs'
  /** An account counted more or fewer legs than its transfers have. */
  | 'version_differs'
  /** An account is below its floor. */
  | 'below_floor'
  /** A transfer names an account that is not there. */
  | 'unknown_account'
  /** A clearing account holds money for longer than its work may take. */
  | 'clearing_overdue'
  /** The checkpoint is not what the transfers up to it sum to. Only an audit from the beginning can tell. */
  | 'checkpoint_differs'

export type Violation = {
  law: BrokenLaw
  /** The account; absent for a law of the whole book. An account that is not there is named by its id. */
  ref?: string
  /** What the law asks for, and what the book says: nano, or a count of legs. */
  expected: bigint
  found: bigint
}

/** A clearing account that is not empty. */
export type OpenClearing = {
  ref: string
  balance: bigint
  /** Since the first entry after it was last empty. */
  ageMs: number
}

export type AuditReport = {
  ok: boolean
  /** The moment of the snapshot that was checked, by the database's clock. */
  checkedAt: Date
  accounts: bigint
  /** The checkpoint it went on from, as its position in the book; 0 when it read from the beginning. */
  from: bigint
  /** How many transfers were read: those after `from`. */
  transfers: bigint
  /** The first thousand, by law and ref. */
  violations: Violation[]
  /** All clearing accounts with money in them, overdue or not. */
  clearing: OpenClearing[]
}

export type AuditOptions = {
  /** Prefixes of the accounts that have to be empty when their work is done, and how long that may take. */
  clearing?: readonly { prefix: string; maxAgeMs: number }[]
  /**
   * `beginning` reads every transfer there is, and checks the checkpoint too. `checkpoint` takes the last checkpoint for
   * what it says and reads what was posted after it: it finds whatever was done to balances, and to transfers since.
   * Without a checkpoint both read everything.
   */
  from?: 'beginning' | 'checkpoint'
}

/**
 * Checks the laws of the book. All of it is one statement, and so one snapshot: what is posted meanwhile disturbs nothing
 * and is not disturbed.
 */
export async function audit(
  db: Queryable,
  { clearing = [], from = 'beginning' }: AuditOptions = {},
): Promise<AuditReport> {
  const { rows } = await db.query(auditStatement(from), [
    clearing.map(({ prefix }) => prefix),
    clearing.map(({ maxAgeMs }) => maxAgeMs),
  ])
  const report: AuditReport = {
    ok: true,
    checkedAt: new Date(Number.NaN),
    accounts: 0n,
    from: 0n,
    transfers: 0n,
    violations: [],
    clearing: [],
  }
  for (const { line, ref, expected, found, milliseconds } of rows) {
    if (line === 'book') {
      report.checkedAt = new Date(Number(milliseconds))
      report.accounts = BigInt(expected)
      report.transfers = BigInt(found)
    } else if (line === 'checkpoint') {
      if (from === 'checkpoint') report.from = BigInt(found)
    } else if (line === 'clearing') {
      report.clearing.push({ ref, balance: BigInt(found), ageMs: Number(milliseconds) })
    } else {
      const place = ref === null ? {} : { ref }
      report.violations.push({ law: line, ...place, expected: BigInt(expected), found: BigInt(found) })
    }
  }
  report.ok = report.violations.length === 0
  return report
}
