import { newId, type Tx } from '@rivulet/db'
import { literal } from '../sql.ts'
import { IS_WISHED } from './in-sight.ts'
import { type FoundReaction, planGroups, type UnreadGroup } from './reaction-groups.ts'
import { nextReactions } from './reaction-position.ts'
import { writeGroups } from './write-groups.ts'

/**
 * Tells members of likes and reposts of what they wrote: one notification, a group, for all of a kind that came to a post
 * since they last read one. It is read out of the interactions, behind the acts, so that they have nothing to write.
 *
 * One that is taken back is no longer counted while the group is unread; made again, it is counted again, or told anew
 * if its group was read. Told is what is told of other kinds: nothing of one's own doing, by whom one has muted or who is
 * blocked, or what the preferences leave out. Looking at a reaction twice changes nothing, so that what is looked at
 * early, again when it has settled, and after a kill, is told once.
 *
 * @param limit most interactions that are looked through; a constant number of statements whatever it is
 * @returns how many were, and whether that was all; undefined while another transaction is at it
 */
export async function tellReactions(
  tx: Tx,
  { limit }: { limit: number },
): Promise<{ looked: number; done: boolean } | undefined> {
  const next = await nextReactions(tx, limit)
  if (!next) return undefined
  const { ids, turned, looked, done } = next
  if (ids.length > 0) {
    const found = await findReactions(tx, ids)
    const groups = planGroups(found, await lockUnreadGroups(tx, found), turned, newId)
    await writeGroups(tx, groups)
  }
  return { looked, done }
}

async function findReactions(tx: Tx, ids: string[]): Promise<FoundReaction[]> {
  const { rows } = await tx.query<FoundReaction>(
    `select n.id, n.kind, n.post_id as "postId", n.member_id as "memberId", t.group_id as "toldIn", n.active as "isOn",
       n.active and n.stands and ${IS_WISHED} as "isNews"
     from (
       select i.id, i.kind::text as kind, i.post_id, i.active, i.actor_id, p.author_id as member_id,
         p.deleted_at is null and not exists (
           select from members m where m.id in (i.actor_id, p.author_id) and m.deleted_at is not null) as stands
       from interactions i join posts p on p.id = i.post_id
       where i.id = any ($1::uuid[]) and i.kind in ('like', 'repost')
     ) n
       left join told_reactions t on t.interaction_id = n.id
       left join notification_preferences p on p.member_id = n.member_id and p.kind = n.kind`,
    [literal(ids)],
  )
  return rows
}

/** Against members who read them in this moment: one that was read is none of these, and one that is locked is read after. */
async function lockUnreadGroups(tx: Tx, found: readonly FoundReaction[]): Promise<UnreadGroup[]> {
  const keys = new Map(found.map(({ postId, kind }) => [`${postId} ${kind}`, { postId, kind }]))
  const { rows } = await tx.query<UnreadGroup>(
    `select n.id, n.group_id as "groupId", n.ref_id as "postId", n.kind, n.count
     from unnest($1::uuid[], $2::text[]) as k (post, kind)
       join notifications n on n.ref_id = k.post and n.kind = k.kind and n.group_id is not null and n.read_at is null
     order by n.id for update of n`,
    [
      literal([...keys.values()].map(({ postId }) => postId)),
      literal([...keys.values()].map(({ kind }) => kind)),
    ],
  )
  return rows
}
