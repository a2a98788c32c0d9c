import type { Queryable } from './queryable.ts'
import {
  type AccountSlice,
  assertStatement,
  mergePage,
  type StatementPage,
  type StatementQuery,
} from './statement.ts'

/** Reads one page in one statement, so that balances and entries are of the same moment. */
export async function readStatement(db: Queryable, query: StatementQuery): Promise<StatementPage> {
  assertStatement(query)
  const { cursor } = query
  const refs = [...new Set(query.accounts)].filter((ref) => !cursor || cursor.has(ref))
  const { rows } = await db.query(PAGE, [
    refs,
    refs.map((ref) => cursor?.get(ref)?.before.toString() ?? null),
    query.limit + 1,
  ])
  const slices = new Map<string, AccountSlice>()
  for (const row of rows) {
    const balance = cursor ? cursor.get(row.account)!.balance : BigInt(row.balance)
    const slice: AccountSlice = slices.get(row.account) ?? { ref: row.account, balance, candidates: [] }
    slices.set(row.account, slice)
    slice.candidates.push({
      seq: BigInt(row.seq),
      transferId: row.id,
      leg: row.leg,
      side: row.side,
      amount: row.side === 'debit' ? -BigInt(row.amount) : BigInt(row.amount),
      code: row.code,
      counterpartRef: row.counterpart,
      postedAt: new Date(row.posted_at),
    })
  }
  return mergePage([...slices.values()], query.limit)
}

const PAGE = `
  with candidate as (
    select * from ledger.newest_entries($1::text[], $2::bigint[], $3)
  ), ranked as (
    select candidate.*, row_number() over (order by seq desc, place) as nth from candidate
  ), followed as (
    select ranked.*, lag(nth) over (partition by place order by seq desc) as nth_before from ranked
  )
  select f.ref as account, f.balance::text, f.seq::text, f.id, f.leg, f.code, f.amount::text, f.posted_at, f.side,
    c.ref as counterpart
  from followed f join ledger.account c on c.id = f.counterpart
  -- what the page shows, and of each account the one entry after that: it says where the account goes on
  where f.nth_before is null or f.nth_before < $3
  order by f.place, f.seq desc`
