import type { Tx } from '@rivulet/db'

/**
 * Makes other transactions that name one of these pairs wait until this one ends, also where there is no row yet. In one
 * order, so that two batches wait for each other one way only.
 */
export async function lockPairs(tx: Tx, what: string, pairs: [string, string][]): Promise<void> {
  await tx.query(
    `select pg_advisory_xact_lock(hashtextextended(name, 0))
     from (select distinct name from unnest($1::text[]) as name order by name) sorted`,
    [pairs.map((pair) => `${what} ${pair.join(' ')}`)],
  )
}
