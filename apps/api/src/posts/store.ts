import type { Pool } from '@rivulet/db'

export type PostRow = {
  id: string
  kind: 'note' | 'article'
  title: string | null
  text: string
  reply_to: string | null
  tags: string[]
  likes_count: number
  comments_count: number
  reposts_count: number
  earned: bigint
  created_at: Date
  author_id: string
  handle: string | null
  display_name: string
  address: string
  /** Null without a viewer. */
  liked: boolean | null
}

/**
 * Reads posts, their authors and what the viewer did with them, in one statement.
 *
 * `ids` is a query for the ids of live posts; its parameters are $2 and on, $1 is the viewer. The ids are chosen first
 * and everything else is looked up for them alone, so a page costs the same however many posts there are.
 */
async function postsOf(
  pool: Pool,
  { name, ids, order }: { name: string; ids: string; order: 'asc' | 'desc' },
  viewerId: string | null,
  values: unknown[],
): Promise<PostRow[]> {
  const found = await pool.query<PostRow>({
    name,
    text: `select p.id, p.kind, p.title, p.text, p.reply_to, p.tags, p.likes_count, p.comments_count, p.reposts_count,
                  p.earned, p.created_at, a.id as author_id, a.handle, a.display_name, a.address,
                  case when $1::uuid is not null then exists (
                    select from interactions i
                    where i.actor_id = $1 and i.post_id = p.id and i.kind = 'like' and i.active) end as liked
           from (${ids}) chosen
           join posts p on p.id = chosen.id
           join members a on a.id = p.author_id
           order by p.id ${order}`,
    values: [viewerId, ...values],
  })
  return found.rows
}

const FIRST = '00000000-0000-0000-0000-000000000000'
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** A page of a list; `after` is the id of the last post of the page before. */
export type PageOf = { viewerId: string | null; after: string | undefined; take: number }

/** A post that has not been deleted. */
export async function postById(
  pool: Pool,
  id: string,
  viewerId: string | null,
): Promise<PostRow | undefined> {
  const ids = 'select id from posts where id = $2 and deleted_at is null'
  return (await postsOf(pool, { name: 'post-by-id', ids, order: 'asc' }, viewerId, [id]))[0]
}

export async function postExists(pool: Pool, id: string): Promise<boolean> {
  const found = await pool.query({
    name: 'post-exists',
    text: 'select 1 from posts where id = $1 and deleted_at is null',
    values: [id],
  })
  return found.rowCount === 1
}

/** The comments on a post, oldest first. */
export function commentsOn(
  pool: Pool,
  postId: string,
  { viewerId, after, take }: PageOf,
): Promise<PostRow[]> {
  const ids = `select id from posts where reply_to = $2 and deleted_at is null and id > $3 order by id limit $4`
  return postsOf(pool, { name: 'comments-on', ids, order: 'asc' }, viewerId, [postId, after ?? FIRST, take])
}

/** A member's top-level posts, newest first. */
export function postsBy(pool: Pool, authorId: string, { viewerId, after, take }: PageOf): Promise<PostRow[]> {
  const ids = `select id from posts
               where author_id = $2 and reply_to is null and deleted_at is null and id < $3 order by id desc limit $4`
  return postsOf(pool, { name: 'posts-by', ids, order: 'desc' }, viewerId, [authorId, after ?? LAST, take])
}

/** Everybody's top-level posts, newest first. */
export function latestPosts(pool: Pool, { viewerId, after, take }: PageOf): Promise<PostRow[]> {
  const ids = `select id from posts
               where reply_to is null and deleted_at is null and id < $2 order by id desc limit $3`
  return postsOf(pool, { name: 'latest-posts', ids, order: 'desc' }, viewerId, [after ?? LAST, take])
}

/** Top-level posts of a member and of those the member follows, newest first: the newest of each, merged. */
export function homePosts(
  pool: Pool,
  memberId: string,
  { after, take }: Omit<PageOf, 'viewerId'>,
): Promise<PostRow[]> {
  const ids = `select newest.id
               from (select followee_id as id from follows where follower_id = $1 union all select $1::uuid) author
               cross join lateral (
                 select p.id from posts p
                 where p.author_id = author.id and p.reply_to is null and p.deleted_at is null and p.id < $2
                 order by p.id desc limit $3) newest
               order by newest.id desc limit $3`
  return postsOf(pool, { name: 'home-posts', ids, order: 'desc' }, memberId, [after ?? LAST, take])
}
