/*
 * What feeds are made of: queries for the items they may hold, of which the newest are taken. An item has the id it is
 * listed by (`item`: the post's, or the repost's), the post's `id`, and for a repost its id and its `sharer`. In all of
 * them $1 is the viewer, or null.
 */

/** A member's top-level posts, newest first, beginning behind the item `after`. */
export const postsBy = (author: string, after: string, take: string, only = 'true') => `
  select p.id as item, p.id, null::uuid as repost, null::uuid as sharer from posts p
  where p.author_id = ${author} and p.reply_to is null and p.deleted_at is null and p.id < ${after} and ${only}
  order by p.id desc limit ${take}`

/** What a member has reposted of others. An item is the repost: its id says when. */
export const repostsBy = (sharer: string, after: string, take: string, only: string) => `
  select i.id as item, p.id, i.id as repost, i.actor_id as sharer
  from interactions i join posts p on p.id = i.post_id
  where i.actor_id = ${sharer} and i.kind = 'repost' and i.active and i.id < ${after}
    and p.deleted_at is null and p.author_id <> i.actor_id and ${only}
  order by i.id desc limit ${take}`

/** The newest of several such queries, merged. */
export const newestOf = (sources: readonly string[], take: string) => `
  select item, id, repost, sharer from (${sources.map((source) => `(${source})`).join(' union all ')}) merged
  order by item desc limit ${take}`
