import type pg from 'pg'
import { type CommitMark, markIn, wasCommitted } from './commit-mark.ts'
import type { Pool } from './pool.ts'

declare const inTransaction: unique symbol

/** A connection inside a transaction. Only `withTransaction` makes one, so a verb that asks for it cannot run outside. */
export type Tx = Pick<pg.PoolClient, 'query'> & { readonly [inTransaction]: true }

/** The connection was lost during COMMIT, and whether it took effect could not be found out. */
export class OutcomeUnknown extends Error {
  override name = 'OutcomeUnknown'

  constructor(cause: unknown) {
    super('the connection was lost during COMMIT', { cause })
  }
}

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'
const ATTEMPTS = 5

/** The transaction has to be run again, by no fault of anybody: a row was made elsewhere in the meantime. */
export class RunAgain extends Error {
  override name = 'RunAgain'
}

export type TransactionOptions = {
  isolation?: 'read committed' | 'repeatable read' | 'serializable'
  /** Finds out what became of a COMMIT whose answer was lost; without it, that is thrown as `OutcomeUnknown`. */
  mark?: CommitMark
  /**
   * The first statement of `work` leaves together with BEGIN: one round trip less. Should BEGIN fail, that statement runs
   * outside of the transaction and nothing after it runs at all, so it must be harmless to repeat.
   */
  eager?: boolean
}

/**
 * Runs `work` in one transaction and commits it. It is told which attempt it is, from 1.
 *
 * Deadlocks and serialization failures are tried again from the start, and so is a transaction that is proven not to
 * have been committed when its connection was lost, so `work` must have no effect outside the transaction. Any other
 * error rolls back and is thrown.
 *
 * @throws OutcomeUnknown when the connection is lost during COMMIT and there is no mark to read back, or no database to
 * read it from
 */
export async function withTransaction<T>(
  pool: Pool,
  work: (tx: Tx, attempt: number) => Promise<T>,
  { isolation = 'read committed', mark, eager = false }: TransactionOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const set = mark && markIn(mark)
    const begin = `begin isolation level ${isolation}${set ? `; ${set.sql}` : ''}`
    try {
      return await once(pool, begin, (tx) => work(tx, attempt), eager)
    } catch (error) {
      if (error instanceof Unanswered && set) {
        const committed = await wasCommitted(pool, set).catch((cause: unknown) => {
          throw noteLost(new OutcomeUnknown(cause))
        })
        if (committed && error.outcome) return error.outcome.result as T
      } else if (error instanceof Unanswered) throw new OutcomeUnknown(error.cause)
      else if (!isRetryable(error)) throw error
      if (attempt === ATTEMPTS) throw error instanceof Unanswered ? error.cause : error
    }
  }
}

/** COMMIT was sent, and no answer came. */
class Unanswered extends Error {
  /** What `work` answered; undefined when its last statement is unanswered as well. */
  readonly outcome: { result: unknown } | undefined

  constructor(cause: unknown, outcome?: { result: unknown }) {
    super('no answer to COMMIT', { cause })
    this.outcome = outcome
  }
}

const commits = new WeakMap<object, Promise<pg.QueryResult>>()

/**
 * The last statement of a transaction, with COMMIT right behind it: what the statement has locked is held for no round
 * trip. If the database refuses the statement, all is rolled back.
 *
 * When the connection is lost the verb is run again, whether it was committed or not: one that ends so must be harmless
 * to repeat, and answer again what it had answered.
 */
export function queryAndCommit(tx: Tx, query: pg.QueryConfig): Promise<pg.QueryResult> {
  const answered = tx.query(query)
  const committed = tx.query('commit')
  // Whoever began the transaction looks at it.
  committed.catch(() => {})
  commits.set(clientOf(tx), committed)
  return answered
}

/** The connection itself, behind whatever stands before it. */
const clientOf = (tx: Tx): object => behind.get(tx) ?? tx

const behind = new WeakMap<object, pg.PoolClient>()

/** A connection that sends BEGIN right before its first statement. */
function beginningWithFirst(client: pg.PoolClient, begin: string): Tx {
  let began: Promise<unknown> | undefined
  const query = (...args: Parameters<pg.PoolClient['query']>) => {
    if (began) return client.query(...args)
    began = client.query(begin)
    const first = client.query(...args) as unknown as Promise<pg.QueryResult>
    return Promise.all([first, began]).then(([result]) => result)
  }
  const tx = Object.create(client, { query: { value: query } })
  behind.set(tx, client)
  return tx
}

async function once<T>(pool: Pool, begin: string, work: (tx: Tx) => Promise<T>, eager: boolean): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw noteLost(error)
  })
  let broken: Error | undefined
  // A connection that breaks between two statements says so here, and the next statement fails; unheard, it would end
  // the process.
  const onError = (error: Error) => {
    broken = error
  }
  client.on('error', onError)
  try {
    if (!eager) await client.query(begin)
    const result = await work(eager ? beginningWithFirst(client, begin) : (client as unknown as Tx))
    await ended(commits.get(client) ?? client.query('commit'), result)
    return result
  } catch (error) {
    const commit = commits.get(client)
    if (error instanceof Unanswered) broken = error
    else if (commit) {
      // Sent behind the statement that failed: it was answered, as a ROLLBACK, or else its fate is open.
      const fate = await commit.catch((e: unknown) =>
        isRefusal(e) ? undefined : new Unanswered(noteLost(e)),
      )
      if (fate instanceof Unanswered) {
        broken = fate
        throw fate
      }
    } else
      await client.query('rollback').catch((e: Error) => {
        broken = e
        noteLost(error)
      })
    throw error
  } finally {
    commits.delete(client)
    client.off('error', onError)
    client.release(broken)
  }
}

async function ended(commit: Promise<pg.QueryResult>, result: unknown): Promise<void> {
  let answer: pg.QueryResult
  try {
    answer = await commit
  } catch (error) {
    // What the database refuses is undone. Everything else, a server that was told to stop included, proves nothing.
    if (isRefusal(error)) throw error
    throw new Unanswered(noteLost(error), { result })
  }
  // COMMIT of a transaction in which a statement had failed is answered so, and is no error.
  if (answer.command !== 'COMMIT') throw new Error('a statement failed, and its error was passed over')
}

/** Whether the database itself said no, and goes on. */
function isRefusal(error: unknown): boolean {
  return (error as { severity?: unknown })?.severity === 'ERROR'
}

const lost = new WeakSet<object>()

function noteLost<E>(error: E): E {
  if (typeof error === 'object' && error !== null) lost.add(error)
  return error
}

/** Whether a transaction failed with this because its connection was lost, or was not to be had: nobody's fault. */
export function isConnectionLost(error: unknown): boolean {
  return typeof error === 'object' && error !== null && lost.has(error)
}

function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown })?.code
  return error instanceof RunAgain || code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED
}
