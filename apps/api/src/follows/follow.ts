import { type Db, type Tx, withTransaction } from '@rivulet/db'
import { isBlockedPair, lockPair, notifyMembers } from '@rivulet/economy'

export type FollowResult = { ok: true } | { ok: false; code: 'self_follow' | 'blocked' }

/**
 * Begins or ends that one member follows another. Wishing for what already is changes nothing. Nobody begins to while one
 * of the two has blocked the other.
 */
export async function follow(
  pool: Db['pool'],
  { followerId, followeeId, on }: { followerId: string; followeeId: string; on: boolean },
): Promise<FollowResult> {
  if (followerId === followeeId) return { ok: false, code: 'self_follow' }
  return withTransaction(pool, async (tx): Promise<FollowResult> => {
    // The rows of both counters too.
    await lockPair(tx, followerId, followeeId)
    if (on && (await isBlockedPair(tx, followerId, followeeId))) return { ok: false, code: 'blocked' }
    const changed = on
      ? await tx.query(
          'insert into follows (follower_id, followee_id) values ($1, $2) on conflict do nothing',
          [followerId, followeeId],
        )
      : await tx.query('delete from follows where follower_id = $1 and followee_id = $2', [
          followerId,
          followeeId,
        ])
    if (changed.rowCount === 1) {
      await count(tx, followerId, followeeId, on ? 1 : -1)
      if (on) await tell(tx, followerId, followeeId)
    }
    return { ok: true }
  })
}

const tell = (tx: Tx, followerId: string, followeeId: string) =>
  notifyMembers(tx, [
    { memberId: followeeId, kind: 'follow', refId: followerId, body: {}, actorId: followerId },
  ])

async function count(tx: Tx, followerId: string, followeeId: string, by: 1 | -1): Promise<void> {
  await tx.query(
    `update members
     set following_count = following_count + case when id = $1 then $3::int else 0 end,
         followers_count = followers_count + case when id = $2 then $3::int else 0 end
     where id in ($1, $2)`,
    [followerId, followeeId, by],
  )
}
