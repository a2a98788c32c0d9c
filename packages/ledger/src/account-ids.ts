import type { AccountId } from './account.ts'
import type { Queryable } from './queryable.ts'

/**
 * A bounded map from ref to id, shared by all ledgers of a process. Ids never change, so nothing is ever stale; only
 * an id that its opener may yet roll back must not get in, and `settled` keeps it out.
 */
export class AccountIds {
  readonly #ids = new Map<string, AccountId>()
  readonly #capacity: number

  /** @param capacity how many refs to remember; the oldest are forgotten first */
  constructor(capacity = 100_000) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#ids.size
  }

  /** The ids of those refs that are open, as seen by `db`. One round trip at most. */
  async resolve(db: Queryable, refs: Iterable<string>): Promise<Map<string, AccountId>> {
    const found = new Map<string, AccountId>()
    const missing: string[] = []
    for (const ref of new Set(refs)) {
      const id = this.#ids.get(ref)
      if (id === undefined) missing.push(ref)
      else found.set(ref, id)
    }
    if (missing.length === 0) return found
    const { rows } = await db.query(RESOLVE, [missing])
    for (const row of rows) {
      found.set(row.ref, BigInt(row.id))
      if (row.settled) this.#remember(row.ref, BigInt(row.id))
    }
    return found
  }

  #remember(ref: string, id: AccountId): void {
    this.#ids.set(ref, id)
    if (this.#ids.size <= this.#capacity) return
    for (const oldest of this.#ids.keys()) {
      this.#ids.delete(oldest)
      break
    }
  }
}

// Whoever can see an account that another transaction opened knows that transaction has committed.
const RESOLVE = `
  select ref, id::text, opened_by is distinct from pg_current_xact_id_if_assigned() as settled
  from ledger.account where ref = any($1::text[])`
