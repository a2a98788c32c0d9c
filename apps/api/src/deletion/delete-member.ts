import { type Pool, type Tx, withTransaction } from '@rivulet/db'
import { endAutoWithdrawal } from '@rivulet/economy'
import { lockChain } from '../authorship/chain.ts'
import { takeHandle } from '../members/take-handle.ts'
import { obstaclesOf } from './obstacles.ts'

export type DeleteResult = { ok: true } | { ok: false; obstacles: string[] }

/**
 * Deletes an account that holds nothing, in one transaction: killed before its commit, nothing has happened. What was
 * written becomes tombstones; who they were is blank; sessions, keys, subscriptions, follows, their own blocks, mutes and
 * bookmarks are gone. Others' blocks of them stay, or deleting would be a way around them. What they paid and were paid
 * stays in the books, with nobody's name to it.
 *
 * The row of the member stays, with its address and its accounts: money that comes later has somewhere to go
 * (docs/adr/0039). Again, it changes nothing.
 */
export async function deleteMember(pool: Pool, memberId: string): Promise<DeleteResult> {
  return withTransaction(pool, async (tx): Promise<DeleteResult> => {
    await lockPeople(tx, memberId)
    // Against who publishes in this moment: they hold the row to its end.
    const found = await tx.query<{ handle: string | null; skeleton: string | null; deleted: boolean }>(
      'select handle, skeleton, deleted_at is not null as deleted from members where id = $1 for update',
      [memberId],
    )
    const { handle, skeleton, deleted } = found.rows[0]!
    if (deleted) return { ok: true }
    const obstacles = await obstaclesOf(tx, memberId)
    if (obstacles.length > 0) return { ok: false, obstacles }
    await endCredentials(tx, memberId)
    await endRelations(tx, memberId)
    await blankPosts(tx, memberId)
    await giveHandleUp(tx, { id: memberId, handle, skeleton })
    await tx.query(
      `update members set deleted_at = now(), handle = null, skeleton = null, display_name = '', bio = '',
         posts_count = 0, followers_count = 0, following_count = 0
       where id = $1`,
      [memberId],
    )
    return { ok: true }
  })
}

/** Everybody whose counters change, and the member, in order of id, as whoever follows or blocks locks two. */
async function lockPeople(tx: Tx, memberId: string): Promise<void> {
  await tx.query(
    `select 1 from members
     where id in (select $1::uuid union select followee_id from follows where follower_id = $1
                  union select follower_id from follows where followee_id = $1)
     order by id for no key update`,
    [memberId],
  )
}

async function endCredentials(tx: Tx, memberId: string): Promise<void> {
  const { length } = await lockChain(tx, memberId)
  await tx.query('delete from sessions where member_id = $1', [memberId])
  await tx.query('update api_keys set revoked_at = now() where member_id = $1 and revoked_at is null', [
    memberId,
  ])
  await tx.query(
    'update posting_keys set revoked_at = now(), last_seq = $2 where member_id = $1 and revoked_at is null',
    [memberId, length - 1],
  )
}

async function endRelations(tx: Tx, memberId: string): Promise<void> {
  await tx.query(
    `with ended as (
       delete from follows where follower_id = $1 or followee_id = $1 returning follower_id, followee_id
     )
     update members m
     set following_count = following_count - (select count(*) from ended where follower_id = m.id),
         followers_count = followers_count - (select count(*) from ended where followee_id = m.id)
     where m.id <> $1 and m.id in (select follower_id from ended union select followee_id from ended)`,
    [memberId],
  )
  for (const gone of [
    'blocks where blocker_id = $1',
    'mutes where muter_id = $1',
    'bookmarks where member_id = $1',
    'split_consents where member_id = $1 or author_id = $1',
    'told_reactions where group_id in (select group_id from notifications where member_id = $1)',
    'notifications where member_id = $1',
    'webhook_deliveries where webhook_id in (select id from webhooks where member_id = $1)',
    'webhooks where member_id = $1',
  ])
    await tx.query(`delete from ${gone}`, [memberId])
  await tx.query(
    `update subscriptions set status = 'cancelled', cancelled_at = now()
     where (payer_id = $1 or receiver_id = $1) and status <> 'cancelled'`,
    [memberId],
  )
  await endAutoWithdrawal(tx, memberId)
}

/** As when a post is deleted: text, revisions and mentions are gone, also of what was removed. Interactions on it, and theirs on others', stay in the books. */
async function blankPosts(tx: Tx, memberId: string): Promise<void> {
  await tx.query(
    `select 1 from posts where author_id = $1 and deleted_at is null
       or id in (select reply_to from posts where author_id = $1 and deleted_at is null)
     order by id for no key update`,
    [memberId],
  )
  await tx.query(
    `with gone as (select reply_to, count(*) as n from posts
                   where author_id = $1 and deleted_at is null and reply_to is not null group by reply_to)
     update posts p set comments_count = comments_count - gone.n from gone where p.id = gone.reply_to`,
    [memberId],
  )
  await tx.query(
    `update posts set deleted_at = coalesce(deleted_at, now()), removed_by = null, text = '', title = null, tags = '{}'
     where author_id = $1 and (deleted_at is null or removed_by is not null)`,
    [memberId],
  )
  for (const table of ['post_revisions', 'post_mentions'])
    await tx.query(`delete from ${table} where post_id in (select id from posts where author_id = $1)`, [
      memberId,
    ])
}

/** It is kept for the wallet for 30 days. Where as many are kept as may be, the one that ends first makes room. */
async function giveHandleUp(
  tx: Tx,
  owner: { id: string; handle: string | null; skeleton: string | null },
): Promise<void> {
  if (owner.handle === null) return
  const refusal = await takeHandle(tx, owner, null)
  if (refusal === undefined) return
  await tx.query(
    `delete from kept_handles where skeleton =
       (select skeleton from kept_handles where member_id = $1 order by until, skeleton limit 1)`,
    [owner.id],
  )
  if (await takeHandle(tx, owner, null)) throw new Error(`the handle of ${owner.id} cannot be kept`)
}
