import { newId, type Tx } from '@rivulet/db'
import { literal } from '../sql.ts'

/** How long a share that was served may be named by a `via`. */
export const SHARES_KEPT_SECONDS = 7 * 86_400
/** How long pages are kept: longer than any view asks for. */
export const PAGES_KEPT_SECONDS = 86_400

/** A page of a feed that is about to be handed to a member. */
export type Serving = {
  memberId: string
  postIds: string[]
  /** The shares among them that a `via` may name: ids of reposts, and of quotes. */
  viaIds: string[]
}

/**
 * Remembers pages of feeds, whatever their number in one statement: a view must be beside a post that was served, and a
 * `via` name a share that was. Pages without a post are nothing to remember. Written twice, it says the same.
 */
export async function recordServings(db: Pick<Tx, 'query'>, servings: Serving[]): Promise<void> {
  const pages = servings.filter((page) => page.postIds.length > 0)
  if (pages.length === 0) return
  await db.query({
    name: 'record-servings',
    text: RECORD,
    values: [
      literal(pages.map(newId)),
      literal(pages.map((page) => page.memberId)),
      pages.map((page) => literal(page.postIds)),
      pages.map((page) => literal(page.viaIds)),
    ],
  })
}

// Shares are written in order of their keys, so that two batches with the same never wait in a circle; and again when
// they are an hour old, so that reading a feed over and over writes them once.
const RECORD = `
  with page as materialized (
    select id, member, posts::uuid[] as posts, vias::uuid[] as vias
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as page (id, member, posts, vias)
  ), kept as (
    insert into feed_servings (id, member_id, post_ids, via_ids) select id, member, posts, vias from page
  )
  insert into served_shares (member_id, share_id)
  select member, share from (select distinct member, unnest(vias) as share from page) served
  where not exists (
    select from served_shares s
    where s.member_id = member and s.share_id = share and s.at > now() - interval '1 hour'
  )
  order by member, share
  on conflict (member_id, share_id) do update set at = now()`

/**
 * Forgets pages and shares that are too old to count, the oldest first, at most `limit` of each.
 * @returns how many; `done` when nothing was left
 */
export async function forgetServings(
  tx: Tx,
  { limit }: { limit: number },
): Promise<{ forgotten: number; done: boolean }> {
  const pages = await tx.query(
    `delete from feed_servings where id = any (array(
       select id from feed_servings where at < now() - make_interval(secs => $1) order by at limit $2))`,
    [PAGES_KEPT_SECONDS, limit],
  )
  // What a feed writes at the same moment is passed over: waiting for it, the two could wait in a circle.
  const shares = await tx.query(
    `delete from served_shares where ctid = any (array(
       select ctid from served_shares where at < now() - make_interval(secs => $1) order by at limit $2
       for update skip locked))`,
    [SHARES_KEPT_SECONDS, limit],
  )
  const [p, s] = [pages.rowCount ?? 0, shares.rowCount ?? 0]
  return { forgotten: p + s, done: p < limit && s < limit }
}
