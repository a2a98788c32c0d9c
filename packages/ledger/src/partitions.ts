import type { Queryable } from './queryable.ts'

/** Names of partitions, as `transfer_2026_12`, by what became of them. Those that were there already are not named. */
export type ExtendedPartitions = {
  made: string[]
  /** Cannot be made: transfers of their months are in the default partition, where they are as good, only slower. */
  inDefault: string[]
  /** Somebody held a table for longer than others should wait; nothing is lost by trying again later. */
  busy: string[]
}

/**
 * Makes the partitions of transfers that are missing, from this month on. Posting goes on meanwhile; a second caller at
 * the same time finds them made.
 *
 * @param monthsAhead how many months after this one, 0 to 24
 */
export async function extendPartitions(
  db: Queryable,
  { monthsAhead }: { monthsAhead: number },
): Promise<ExtendedPartitions> {
  const { rows } = await db.query('select * from ledger.extend_partitions($1)', [monthsAhead])
  const by = (outcome: string): string[] =>
    rows.filter((row) => row.outcome === outcome).map((row) => row.partition)
  return { made: by('made'), inDefault: by('in_default'), busy: by('busy') }
}
