import { type Db, type Tx, withTransaction } from '@rivulet/db'
import { lockPair, notifyMembers, type Refusal, refusedBetween } from '@rivulet/economy'

/** How many a member follows at most. */
export const FOLLOWS_MAX = 10_000

export type FollowResult = { ok: true } | { ok: false; code: 'self_follow' | 'too_many_follows' | Refusal }

/**
 * Begins or ends that one member follows another. Wishing for what already is changes nothing. Nobody begins to while one
 * of the two has blocked the other, or while suspended.
 */
export async function follow(
  pool: Db['pool'],
  { followerId, followeeId, on }: { followerId: string; followeeId: string; on: boolean },
): Promise<FollowResult> {
  if (followerId === followeeId) return { ok: false, code: 'self_follow' }
  return withTransaction(pool, async (tx): Promise<FollowResult> => {
    // The rows of both counters too.
    await lockPair(tx, followerId, followeeId)
    const pair = { actorId: followerId, otherId: followeeId }
    const [code] = on ? await refusedBetween(tx, [pair]) : []
    if (code) return { ok: false, code }
    // One of the two was deleted while this was on its way: there is nobody to follow, and nobody to ask again.
    if (on && (await isDeleted(tx, [followerId, followeeId]))) return { ok: true }
    if (on && !(await hasRoom(tx, followerId, followeeId))) return { ok: false, code: 'too_many_follows' }
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

/** The follower's row is locked, so that two at once are counted one after the other. */
async function hasRoom(tx: Tx, followerId: string, followeeId: string): Promise<boolean> {
  const found = await tx.query<{ room: boolean }>(
    `select following_count < $3
       or exists (select from follows where follower_id = $1 and followee_id = $2) as room
     from members where id = $1`,
    [followerId, followeeId, FOLLOWS_MAX],
  )
  return found.rows[0]?.room ?? false
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

async function isDeleted(tx: Tx, ids: string[]): Promise<boolean> {
  const found = await tx.query(
    'select 1 from members where id = any($1::uuid[]) and deleted_at is not null',
    [ids],
  )
  return found.rowCount! > 0
}
