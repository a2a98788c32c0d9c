import type { Pool } from '@rivulet/db'
import { notMuted } from '../mutes/store.ts'
import { LAST, type PageOf, type PostRow, postsOf } from '../posts/store.ts'

/** A member's top-level posts, as the items of a feed: newest first, beginning behind the item `after`. */
const postsBy = (author: string, after: string, take: string) => `
  select p.id as item, p.id, null::uuid as repost, null::uuid as sharer from posts p
  where p.author_id = ${author} and p.reply_to is null and p.deleted_at is null and p.id < ${after}
  order by p.id desc limit ${take}`

/** What a member has reposted of others. An item is the repost: its id says when. */
const repostsBy = (sharer: string, after: string, take: string, only: string) => `
  select i.id as item, p.id, i.id as repost, i.actor_id as sharer
  from interactions i join posts p on p.id = i.post_id
  where i.actor_id = ${sharer} and i.kind = 'repost' and i.active and i.id < ${after}
    and p.deleted_at is null and p.author_id <> i.actor_id and ${only}
  order by i.id desc limit ${take}`

/** Nobody is shown posts by whom they have blocked, or were blocked by. */
const notBlocked = (author: string) => `not exists (
    select from blocks b where b.blocker_id = $1 and b.blocked_id = ${author}
    union all select from blocks b where b.blocker_id = ${author} and b.blocked_id = $1)`

/** A member's top-level posts and reposts, newest first. */
export function memberFeed(
  pool: Pool,
  memberId: string,
  { viewerId, after, take }: PageOf,
): Promise<PostRow[]> {
  const ids = `select id, repost, sharer
               from ((${postsBy('$2', '$3', '$4')}) union all (${repostsBy('$2', '$3', '$4', 'true')})) newest
               order by item desc limit $4`
  return postsOf(pool, { name: 'member-feed', ids, order: 'desc' }, viewerId, [memberId, after ?? LAST, take])
}

/** Everybody's top-level posts, newest first, but for whom the viewer has blocked, is blocked by, or has muted. */
export function latestFeed(pool: Pool, { viewerId, after, take }: PageOf): Promise<PostRow[]> {
  const ids = `select p.id, null::uuid as repost, null::uuid as sharer from posts p
               where p.reply_to is null and p.deleted_at is null and p.id < $2 and ${notBlocked('p.author_id')}
                 and ${notMuted('p.author_id')}
               order by p.id desc limit $3`
  return postsOf(pool, { name: 'latest-feed', ids, order: 'desc' }, viewerId, [after ?? LAST, take])
}

/**
 * A member's own top-level posts, and posts and reposts of those the member follows, newest first: the newest of each,
 * merged. A post that several have shared is there once for each. Whom the member has muted is not there, by no way.
 */
export function homeFeed(
  pool: Pool,
  memberId: string,
  { after, take }: Omit<PageOf, 'viewerId'>,
): Promise<PostRow[]> {
  const shown = `${notBlocked('p.author_id')} and ${notMuted('p.author_id')}`
  const ids = `select newest.id, newest.repost, newest.sharer
               from (select followee_id as id, true as followed from follows
                     where follower_id = $1 and ${notMuted('followee_id')}
                     union all select $1::uuid, false) source
               cross join lateral (
                 (${postsBy('source.id', '$2', '$3')})
                 union all
                 (${repostsBy('source.id', '$2', '$3', `source.followed and ${shown}`)})
               ) newest
               order by newest.item desc limit $3`
  return postsOf(pool, { name: 'home-feed', ids, order: 'desc' }, memberId, [after ?? LAST, take])
}
