import type { AccountId, Balances } from './account.ts'
import type { StatementPage, StatementQuery } from './statement.ts'
import type { PostResult, Transfer } from './transfer.ts'

/** A double-entry book. `PostgresLedger` keeps it, `MemoryLedger` is the judge of how it has to behave. */
export interface Ledger {
  /** Opens the accounts that are missing, at zero and with floor zero, and answers the ids of all. */
  open(refs: readonly string[]): Promise<Map<string, AccountId>>

  /**
   * Posts a batch and answers one result per row, in order, exactly as if the rows had come one after another.
   *
   * Consecutive rows of one id with strictly rising legs are one unit: all of it is posted or nothing.
   * @throws RangeError for a row that cannot be written down, or a balance that would leave 64 bits; nothing is posted
   */
  post(transfers: readonly Transfer[]): Promise<PostResult[]>

  /** The signed balances of those accounts that are open. */
  balances(refs: readonly string[]): Promise<Balances>

  /** A page of what moved on the accounts of one owner, newest first, with the running balance of each. */
  statement(query: StatementQuery): Promise<StatementPage>
}
