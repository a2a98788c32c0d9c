import type { Tx } from '@rivulet/db'
import { lockPair } from './store.ts'

export type BlockInput = { blockerId: string; blockedId: string }

/** How many a member has blocked at most. */
export const BLOCKS_MAX = 10_000

export type BlockResult = { ok: true } | { ok: false; code: 'self_block' | 'too_many_blocks' }

/**
 * Blocks a member: from now on neither of the two follows, credits, tips or answers the other, and neither is listed in
 * the other's splits. Follows and consents between them end, in both directions. Blocking twice is blocking once.
 */
export async function block(tx: Tx, { blockerId, blockedId }: BlockInput): Promise<BlockResult> {
  if (blockerId === blockedId) return { ok: false, code: 'self_block' }
  await lockPair(tx, blockerId, blockedId)
  if (!(await hasRoom(tx, blockerId, blockedId))) return { ok: false, code: 'too_many_blocks' }
  await tx.query('insert into blocks (blocker_id, blocked_id) values ($1, $2) on conflict do nothing', [
    blockerId,
    blockedId,
  ])
  await tx.query(
    `with ended as (
       delete from follows where (follower_id, followee_id) in (($1::uuid, $2::uuid), ($2::uuid, $1::uuid))
       returning follower_id, followee_id
     )
     update members m
     set following_count = following_count - (select count(*) from ended where follower_id = m.id),
         followers_count = followers_count - (select count(*) from ended where followee_id = m.id)
     where id in ($1, $2) and exists (select from ended)`,
    [blockerId, blockedId],
  )
  await tx.query(
    'delete from split_consents where (member_id, author_id) in (($1::uuid, $2::uuid), ($2::uuid, $1::uuid))',
    [blockerId, blockedId],
  )
  return { ok: true }
}

/** The blocker's row is locked, so that two at once are counted one after the other. */
async function hasRoom(tx: Tx, blockerId: string, blockedId: string): Promise<boolean> {
  const found = await tx.query<{ room: boolean }>(
    `select (select count(*) from blocks where blocker_id = $1) < $3
       or exists (select from blocks where blocker_id = $1 and blocked_id = $2) as room`,
    [blockerId, blockedId, BLOCKS_MAX],
  )
  return found.rows[0]!.room
}

/** Takes a block back; one by the other stands. What the block had ended does not begin again. */
export async function unblock(tx: Tx, { blockerId, blockedId }: BlockInput): Promise<BlockResult> {
  if (blockerId === blockedId) return { ok: false, code: 'self_block' }
  await tx.query('delete from blocks where blocker_id = $1 and blocked_id = $2', [blockerId, blockedId])
  return { ok: true }
}
