import pg from 'pg'

const INT8 = 20

/** A connection that reads bigint as `bigint`. */
export function connectionsTo(databaseUrl: string): pg.Pool {
  const types = {
    getTypeParser: (oid: number, format: 'text' | 'binary') =>
      oid === INT8 && format !== 'binary' ? BigInt : pg.types.getTypeParser(oid, format),
  } as pg.CustomTypesConfig
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2, types, connectionTimeoutMillis: 10_000 })
  // A connection that breaks is opened anew; unheard, it would end the process, also while it is being handed out.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

export type Db = Pick<pg.PoolClient, 'query'>

/** Reads in one snapshot of the database, and writes nothing. */
export async function reading<T>(pool: pg.Pool, work: (db: Db) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  } finally {
    client.release()
  }
}
