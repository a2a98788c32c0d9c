import type { Pool } from '@rivulet/db'

/** How many ancestors a thread has at most: those next to the post. */
export const ANCESTORS_MAX = 100

/** How many comments are shown below a comment of the first, second … level; what is on one of the last, by its own thread. */
export const BREADTHS = [3, 3, 0] as const

/** How many comments a thread has in all at most. */
export const REPLIES_MAX = 500

/** A post above another, or the post itself at depth 0. */
export type AncestorId = { id: string; depth: number }

/** A comment below a post; `level` 1 is a comment on it. `n` counts those on the same post from 1, oldest first. */
export type ReplyId = { id: string; parent: string; level: number; n: number }

/** A deleted post stays where it is while there is a comment on it, so that what is below keeps its place. */
export const staysInThread = (post: string) =>
  `(${post}.deleted_at is null or exists (select from posts below where below.reply_to = ${post}.id))`

/** $1 the post, $2 how many ancestors; one more than these tells that there are more. */
export const ANCESTORS = `
  with recursive above (id, reply_to, depth) as (
    select p.id, p.reply_to, 0 from posts p where p.id = $1::uuid and ${staysInThread('p')}
    union all
    select p.id, p.reply_to, above.depth + 1 from above join posts p on p.id = above.reply_to
    where above.depth <= $2
  )
  select id, depth from above`

/**
 * $1 the post, $2 the comment on it behind which to begin, $3 how many on it, $4 how many on each at the levels below.
 * Of each one more than is shown is looked for, which tells that there are more; nothing is looked for below that one.
 */
export const REPLIES = `
  with recursive below (id, parent, level, n) as (
    select first.id, $1::uuid, 1, first.n from (
      select c.id, (row_number() over (order by c.id))::int as n from posts c
      where c.reply_to = $1::uuid and c.id > $2::uuid and ${staysInThread('c')} order by c.id limit $3::int + 1
    ) first
    union all
    select next.id, b.id, b.level + 1, next.n
    from below b cross join lateral (
      select c.id, (row_number() over (order by c.id))::int as n from posts c
      where c.reply_to = b.id and ${staysInThread('c')}
      order by c.id limit ($4::int[])[b.level] + 1
    ) next
    where b.level <= cardinality($4::int[])
      and b.n <= case b.level when 1 then $3::int else ($4::int[])[b.level - 1] end
  )
  select id, parent, level, n from below order by level, parent, n`

/** The post and those above it, the post first; empty when it is not there. */
export async function ancestorIds(pool: Pool, postId: string): Promise<AncestorId[]> {
  const found = await pool.query<AncestorId>({
    name: 'thread-ancestors',
    text: `${ANCESTORS} order by depth`,
    values: [postId, ANCESTORS_MAX],
  })
  return found.rows
}

/** The comments below a post, as far as they are looked for: the levels one after another. */
export async function replyIds(
  pool: Pool,
  postId: string,
  { after, take }: { after: string; take: number },
): Promise<ReplyId[]> {
  const found = await pool.query<ReplyId>({
    name: 'thread-replies',
    text: REPLIES,
    values: [postId, after, take, [...BREADTHS]],
  })
  return found.rows
}
