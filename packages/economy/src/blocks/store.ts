import type { Tx } from '@rivulet/db'

/**
 * Makes whoever changes what is between these two members wait for each other: follows, blocks, consents. In order of id,
 * so that two who do so at once never wait in a circle.
 */
export async function lockPair(tx: Tx, one: string, other: string): Promise<void> {
  await tx.query('select 1 from members where id = any($1::uuid[]) order by id for no key update', [
    [one, other],
  ])
}

/** Whether one of the two has blocked the other, whichever. */
export async function isBlockedPair(tx: Pick<Tx, 'query'>, one: string, other: string): Promise<boolean> {
  const found = await tx.query(
    `select from blocks where blocker_id = $1 and blocked_id = $2
     union all select from blocks where blocker_id = $2 and blocked_id = $1`,
    [one, other],
  )
  return found.rowCount! > 0
}
