import { type Pool, withTransaction } from '@rivulet/db'

/** Leaf files are there for so many epochs, the newest included. */
export const EPOCHS_KEPT = 48

/**
 * Deletes leaves, nodes and files of epochs that are settled and older than the last `kept`, oldest first, an epoch in a
 * transaction of its own. Never the newest that was activated: everybody leaves with that one. Repeatable.
 */
export async function pruneEpochs(pool: Pool, kept = EPOCHS_KEPT): Promise<void> {
  const { rows } = await pool.query<{ number: number }>(
    `select e.number from epochs e
     where e.status = 'settled' and e.number <= (select max(number) from epochs) - $1
       and e.number < (select max(number) from epochs where status in ('active', 'settled'))
       and exists (select from epoch_file_parts f where f.epoch = e.number)
     order by e.number`,
    [kept],
  )
  for (const { number } of rows)
    await withTransaction(pool, async (tx) => {
      for (const table of ['epoch_leaves', 'epoch_nodes', 'epoch_file_parts'])
        await tx.query(`delete from ${table} where epoch = $1`, [number])
    })
}
