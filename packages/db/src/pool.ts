import pg from 'pg'

export type Pool = pg.Pool

const INT8 = 20

/** PostgreSQL's bigint as a JavaScript `bigint`: the driver's default is a string. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary'
      ? BigInt
      : pg.types.getTypeParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
}

/**
 * Plans that are made once a connection, and by index whatever the statistics say. A plan that is made while a table is
 * small would else scan it for as long as the connection lives.
 */
const BY_INDEX = ['plan_cache_mode=force_generic_plan', 'enable_seqscan=off']

export type PoolOptions = {
  /** Connections at most. */
  max?: number
  /** The database ends a transaction that lasts longer. */
  transactionTimeoutMs?: number
  /** For statements that look rows up by index and nothing else, in one way whatever they are asked. */
  byIndex?: boolean
  /** Statements may be sent before others end. */
  pipelined?: boolean
}

/**
 * A pool of connections, opened on first use.
 *
 * A transaction that outlives `transactionTimeoutMs` is ended by the database, so that a stuck process cannot hold
 * the locks of a member's balance.
 */
export function createPool(
  url: string,
  { max = 10, transactionTimeoutMs = 30_000, byIndex = false, pipelined = false }: PoolOptions = {},
): Pool {
  const settings = [
    `transaction_timeout=${transactionTimeoutMs}`,
    'random_page_cost=1.1',
    'jit=off',
    ...(byIndex ? BY_INDEX : []),
  ]
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    connectionTimeoutMillis: 10_000,
    // A statement and the COMMIT behind it leave together: see `queryAndCommit`.
    pipeline: pipelined,
    options: settings.map((setting) => `-c ${setting}`).join(' '),
  })
  // A connection that breaks while idle is replaced on next use; without a listener it would end the process.
  pool.on('error', () => {})
  // The pool takes its own listener away when it hands a connection out, and whoever gets it listens a moment later. What
  // breaks in between, as with a server that is killed, would end the process too; the next statement fails anyway.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}
