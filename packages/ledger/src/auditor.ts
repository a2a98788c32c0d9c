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
  transfers: bigint
  /** The first thousand, by law and ref. */
  violations: Violation[]
  /** All clearing accounts with money in them, overdue or not. */
  clearing: OpenClearing[]
}

export type AuditOptions = {
  /** Prefixes of the accounts that have to be empty when their work is done, and how long that may take. */
  clearing?: readonly { prefix: string; maxAgeMs: number }[]
}

/**
 * Checks the laws of the book against every transfer in it. All of it is one statement, and so one snapshot: what is
 * posted meanwhile disturbs nothing and is not disturbed. It reads the whole history.
 */
export async function audit(db: Queryable, { clearing = [] }: AuditOptions = {}): Promise<AuditReport> {
  const { rows } = await db.query(AUDIT, [
    clearing.map(({ prefix }) => prefix),
    clearing.map(({ maxAgeMs }) => maxAgeMs),
  ])
  const report: AuditReport = {
    ok: true,
    checkedAt: new Date(Number.NaN),
    accounts: 0n,
    transfers: 0n,
    violations: [],
    clearing: [],
  }
  for (const row of rows) {
    if (row.line === 'book') {
      report.checkedAt = new Date(Number(row.milliseconds))
      report.accounts = BigInt(row.expected)
      report.transfers = BigInt(row.found)
    } else if (row.line === 'clearing') {
      report.clearing.push({ ref: row.ref, balance: BigInt(row.found), ageMs: Number(row.milliseconds) })
    } else {
      const place = row.ref === null ? {} : { ref: row.ref }
      report.violations.push({
        law: row.line,
        ...place,
        expected: BigInt(row.expected),
        found: BigInt(row.found),
      })
    }
  }
  report.ok = report.violations.length === 0
  return report
}

const AUDIT = `
  with history as (
    select side.account, sum(side.amount) as balance, sum(side.legs) as version
    from (
      select debit as account, -sum(amount) as amount, count(*) as legs from ledger.transfer group by debit
      union all
      select credit, sum(amount), count(*) from ledger.transfer group by credit
    ) side
    group by side.account
  ), compared as (
    select coalesce(a.ref, h.account::text) as ref, a.id, a.floor, a.balance, a.version,
      coalesce(h.balance, 0) as history_balance, coalesce(h.version, 0) as history_version
    from ledger.account a full join history h on h.account = a.id
  ), clearing as (
    select a.ref, a.balance, rule.max_age_ms,
      extract(epoch from statement_timestamp() - work.began) * 1000 as age_ms
    from unnest($1::text[], $2::float8[]) as rule (prefix, max_age_ms)
      join ledger.account a on starts_with(a.ref, rule.prefix) and a.balance <> 0
      left join lateral (
        select min(entry.posted_at) filter (where entry.seq > coalesce(entry.last_empty, 0)) as began
        from (
          select walk.seq, walk.posted_at, max(walk.seq) filter (where walk.balance = 0) over () as last_empty
          from (
            select t.seq, t.posted_at,
              sum(case when t.debit = a.id then -t.amount else t.amount end) over (order by t.seq) as balance
            from ledger.transfer t where t.debit = a.id or t.credit = a.id
          ) walk
        ) entry
      ) work on true
  ), violation as (
    select 'sum_not_zero' as line, null as ref, 0 as expected, sum(balance) as found
    from ledger.account having sum(balance) <> 0
    union all
    select 'unknown_account', ref, 0, history_version from compared where id is null
    union all
    select 'balance_differs', ref, history_balance, balance from compared where balance <> history_balance
    union all
    select 'version_differs', ref, history_version, version from compared where version <> history_version
    union all
    select 'below_floor', ref, floor, balance from compared where balance < floor
    union all
    select 'clearing_overdue', ref, 0, balance from clearing where age_ms > max_age_ms
  )
  select 'book' as line, null as ref, (select count(*) from ledger.account)::text as expected,
    coalesce((select sum(history_version) from compared) / 2, 0)::bigint::text as found,
    (extract(epoch from statement_timestamp()) * 1000)::text as milliseconds
  union all
  (select line, ref, expected::text, found::text, null from violation order by line, ref limit 1000)
  union all
  (select distinct on (ref) 'clearing', ref, null, balance::text, coalesce(age_ms, 0)::text from clearing order by ref)`
