import type { Pool } from '@rivulet/db'
import { notBlocked } from '../blocks/shown.ts'
import { notMuted } from '../mutes/store.ts'
import { FIRST, LAST, type PageOf, type PostRow, postsOf } from '../posts/store.ts'
import { newestOf, postsBy, repostsBy } from './merge.ts'

/** Who follows more is looked for in what is newest of all first. */
const MANY = 300
/** How many of the newest posts, and of the newest reposts, are looked through for them. */
const LOOKED_THROUGH = 2_000

/**
 * A member's own top-level posts, and posts and reposts of those the member follows, newest first. A post that several
 * have shared is there once for each. Whom the member has muted is not there, by no way.
 *
 * There are two ways to the same items. For who follows few: the newest of each of these, merged; that costs two look-ups
 * for each. For who follows many: the newest of all, of which most pages need a few hundred; only when these do not fill
 * the page, as when one follows many who have been silent for long, the first way is gone after all.
 */
export function homeFeed(
  pool: Pool,
  memberId: string,
  { after, take }: Omit<PageOf, 'viewerId'>,
): Promise<PostRow[]> {
  return postsOf(pool, { name: 'home-feed', ids: IDS, order: 'desc' }, memberId, [after ?? LAST, take])
}

const SHOWN = `${notBlocked('p.author_id')} and ${notMuted('p.author_id')}`

/**
 * Whether the viewer follows a member, of each row by itself: `limit` has it so. Joined in any other way, all whom one
 * follows are read before the first row, or compared with each.
 */
const followed = (member: string, orIs = '') =>
  `cross join lateral (select from follows f where f.follower_id = $1 and f.followee_id = ${member} ${orIs} limit 1) followed`

/** The newest of all posts by whom the viewer follows, as far back as is looked through. */
const RECENT_POSTS = `
  select p.id as item, p.id, null::uuid as repost, null::uuid as sharer
  from (select id, author_id from posts where reply_to is null and deleted_at is null and id < $2
        order by id desc limit ${LOOKED_THROUGH}) p
    ${followed('p.author_id', 'union all select where p.author_id = $1')}
  where ${notMuted('p.author_id')}
  order by p.id desc limit $3`

// `offset 0`: the posts are read of those reposts alone that are by whom one follows.
const RECENT_REPOSTS = `
  select i.id as item, p.id, i.id as repost, i.actor_id as sharer
  from (select i.id, i.actor_id, i.post_id
        from (select id, actor_id, post_id from interactions where kind = 'repost' and active and id < $2
              order by id desc limit ${LOOKED_THROUGH}) i
          ${followed('i.actor_id')}
        order by i.id desc offset 0) i
    join posts p on p.id = i.post_id
  where ${notMuted('i.actor_id')} and p.deleted_at is null and p.author_id <> i.actor_id and ${SHOWN}
  order by i.id desc limit $3`

/** Down to where both have been looked through: what is older may lack items of the other kind. */
const FLOOR = `greatest(
  (select id from posts where reply_to is null and deleted_at is null and id < $2
   order by id desc offset ${LOOKED_THROUGH - 1} limit 1),
  (select id from interactions where kind = 'repost' and active and id < $2
   order by id desc offset ${LOOKED_THROUGH - 1} limit 1))`

const both = (take: string, from = (_item: string) => 'true') =>
  newestOf(
    [
      postsBy('source.id', '$2', take, from('p.id')),
      repostsBy('source.id', '$2', take, `source.followed and ${from('i.id')} and ${SHOWN}`),
    ],
    take,
  )

/**
 * Who has nothing newer than the newest of as many others as the page has places has no place on it; and nothing has that
 * is older than all of these.
 */
const OF_EACH = `
  select newest.item, newest.id, newest.repost, newest.sharer
  from (select id, followed,
          case when count(*) over () < $3 then '${FIRST}' else first_value(item) over (order by item) end as oldest
        from (select source.id, source.followed, head.item
              from (select followee_id as id, true as followed from follows
                    where follower_id = $1 and ${notMuted('followee_id')}
                    union all select $1::uuid, false) source
                cross join lateral (${both('1')}) head
              where (select not full_page from enough)
              order by head.item desc limit $3) chosen) source
    cross join lateral (${both('$3', (item) => `${item} >= source.oldest`)}) newest
  order by newest.item desc limit $3`

const IDS = `
  with recent as materialized (
    select item, id, repost, sharer from (${newestOf([RECENT_POSTS, RECENT_REPOSTS], '$3')}) found
    where (select following_count > ${MANY} from members where id = $1)
      and found.item >= coalesce(${FLOOR}, '${FIRST}')
  ), enough as materialized (select count(*) >= $3 as full_page from recent)
  select id, repost, sharer from recent where (select full_page from enough)
  union all
  select id, repost, sharer from (${OF_EACH}) each`
