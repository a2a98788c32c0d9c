import type { AccountId, Balances } from './account.ts'
import { AccountIds } from './account-ids.ts'
import type { Ledger } from './ledger.ts'
import { readStatement } from './postgres-statement.ts'
import type { Queryable } from './queryable.ts'
import type { StatementPage, StatementQuery } from './statement.ts'
import { assertRepresentable, type PostResult, type Transfer } from './transfer.ts'

/** The book in PostgreSQL. All rules are in the kernel of the `ledger` schema; this only speaks to it. */
export class PostgresLedger implements Ledger {
  readonly #db: Queryable
  readonly #ids: AccountIds

  /**
   * @param db a pool, or the transaction the postings shall commit with
   * @param ids share one between ledgers of a process, so that each ref is looked up once
   */
  constructor(db: Queryable, ids: AccountIds = new AccountIds()) {
    this.#db = db
    this.#ids = ids
  }

  async open(refs: readonly string[]): Promise<Map<string, AccountId>> {
    if (refs.length === 0) return new Map()
    const { rows } = await this.#db.query('select ref, id::text from ledger.open($1::text[])', [refs])
    return new Map(rows.map((row) => [row.ref, BigInt(row.id)]))
  }

  async post(transfers: readonly Transfer[]): Promise<PostResult[]> {
    if (transfers.length === 0) return []
    assertRepresentable(transfers)
    const ids = await this.#ids.resolve(this.#db, refsOf(transfers))
    // Refs that are not open get ids below zero, where no account can be: different ones for different refs, so that
    // the kernel still tells two unknown sides from twice the same one.
    let nobody = 0n
    for (const ref of refsOf(transfers)) if (!ids.has(ref)) ids.set(ref, --nobody)
    const idOf = (ref: string) => ids.get(ref)!
    const { rows } = await this.#db.query(POST, [
      literal(transfers.map((row) => row.id)),
      literal(transfers.map((row) => row.leg)),
      literal(transfers.map((row) => idOf(row.debit))),
      literal(transfers.map((row) => idOf(row.credit))),
      literal(transfers.map((row) => row.amount)),
      literal(transfers.map((row) => row.code)),
    ])
    return rows[0].results.split(',')
  }

  async balances(refs: readonly string[]): Promise<Balances> {
    const { rows } = await this.#db.query(BALANCES, [refs])
    return new Map(rows.map((row) => [row.ref, BigInt(row.balance)]))
  }

  statement(query: StatementQuery): Promise<StatementPage> {
    return readStatement(this.#db, query)
  }
}

// One text is cheaper to send and to read than a row per result.
const POST = `
  select string_agg(result, ',' order by ord) as results
  from ledger.post($1::uuid[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::smallint[])`

const BALANCES = 'select ref, balance::text from ledger.account where ref = any($1::text[])'

/** An array literal of PostgreSQL. Only for elements that need no quotes: numbers and UUIDs. */
function literal(elements: readonly (string | number | bigint)[]): string {
  return `{${elements.join(',')}}`
}

function* refsOf(transfers: readonly Transfer[]): Iterable<string> {
  for (const { debit, credit } of transfers) {
    yield debit
    yield credit
  }
}
