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
 * A pool of connections, opened on first use.
 *
 * A transaction that outlives `transactionTimeoutMs` is ended by the database, so that a stuck process cannot hold
 * the locks of a member's balance.
 */
export function createPool(
  url: string,
  { max = 10, transactionTimeoutMs = 30_000 }: { max?: number; transactionTimeoutMs?: number } = {},
): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    types,
    connectionTimeoutMillis: 10_000,
    options: `-c transaction_timeout=${transactionTimeoutMs} -c random_page_cost=1.1 -c jit=off`,
  })
  // A connection that breaks while idle is replaced on next use; without a listener it would end the process.
  pool.on('error', () => {})
  return pool
}
