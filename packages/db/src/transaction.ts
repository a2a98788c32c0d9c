import type pg from 'pg'
import type { Pool } from './pool.ts'

declare const inTransaction: unique symbol

/** A connection inside a transaction. Only `withTransaction` makes one, so a verb that asks for it cannot run outside. */
export type Tx = Pick<pg.PoolClient, 'query'> & { readonly [inTransaction]: true }

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
const ATTEMPTS = 5

/**
 * Runs `work` in one transaction and commits it.
 *
 * Deadlocks and serialization failures are tried again from the start, so `work` must have no effect outside the
 * transaction. Any other error rolls back and is thrown. A connection lost during COMMIT leaves the outcome unknown:
 * it is thrown as it is, and whoever needs to know reads back by id.
 */
export async function withTransaction<T>(
  pool: Pool,
  work: (tx: Tx) => Promise<T>,
  {
    isolation = 'read committed',
  }: { isolation?: 'read committed' | 'repeatable read' | 'serializable' } = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(pool, work, isolation)
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error
    }
  }
}

async function once<T>(pool: Pool, work: (tx: Tx) => Promise<T>, isolation: string): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  // A connection that breaks between two statements says so here, and the next statement fails; unheard, it would end
  // the process.
  const onError = (error: Error) => {
    broken = error
  }
  client.on('error', onError)
  try {
    await client.query(`begin isolation level ${isolation}`)
    const result = await work(client as unknown as Tx)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((e: Error) => {
      broken = e
    })
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown })?.code
  return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED
}
