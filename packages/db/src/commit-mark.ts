import { setTimeout as sleep } from 'node:timers/promises'
import { newId } from './ids.ts'
import type { Pool } from './pool.ts'
import type { Tx } from './transaction.ts'

/**
 * A row that each transaction of one writer overwrites with an id of its own. When the answer to a COMMIT is lost, the
 * row tells: it holds that id if and only if the transaction was committed, also after the database was killed.
 *
 * One row a writer, and one transaction at a time on it: the row is locked until the transaction has ended, so whoever
 * reads it under lock reads what became of it.
 */
export type CommitMark = { readonly writer: string }

/** What one transaction puts there. */
export type SetMark = CommitMark & { id: string; sql: string }

/** How long a database that went away is waited for. */
const PATIENCE_MS = 20_000
const PAUSE_MS = 100

/** Makes the row of a new writer. It has to be committed before a transaction is marked. */
export async function createMark(tx: Tx): Promise<CommitMark> {
  const writer = newId()
  await tx.query('insert into commit_marks (writer, id) values ($1, $1)', [writer])
  return { writer }
}

/** The statement that marks a transaction, with nothing in it that needs quoting. */
export function markIn({ writer }: CommitMark): SetMark {
  const id = newId()
  return { writer, id, sql: `update commit_marks set id = '${id}', at = now() where writer = '${writer}'` }
}

/**
 * Whether the transaction that set this mark was committed. Waits until it has ended, and for a database that went away.
 * @throws what the last attempt to ask ended with, when there was no answer in time
 */
export async function wasCommitted(pool: Pool, { writer, id }: SetMark): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      const { rows } = await pool.query<{ id: string }>(
        'select id from commit_marks where writer = $1 for update',
        [writer],
      )
      if (!rows[0]) throw new Error('the mark of this writer is gone')
      return rows[0].id === id
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(PAUSE_MS)
    }
  }
}
