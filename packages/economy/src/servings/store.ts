import { newId, type Tx } from '@rivulet/db'
import { literal } from '../sql.ts'

/** How long it is remembered what was served, in seconds: 7 days. */
export const SERVINGS_KEPT_SECONDS = 7 * 86_400

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
    text: `insert into feed_servings (id, member_id, post_ids, via_ids)
           select id, member, posts::uuid[], vias::uuid[]
           from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as page (id, member, posts, vias)`,
    values: [
      literal(pages.map(newId)),
      literal(pages.map((page) => page.memberId)),
      pages.map((page) => literal(page.postIds)),
      pages.map((page) => literal(page.viaIds)),
    ],
  })
}

/** Forgets servings that are too old to count, the oldest first. @returns how many; `limit` of them: there may be more */
export async function forgetServings(tx: Tx, { limit }: { limit: number }): Promise<{ forgotten: number }> {
  const { rowCount } = await tx.query(
    `delete from feed_servings where id = any (array(
       select id from feed_servings where at < now() - make_interval(secs => $1) order by at limit $2))`,
    [SERVINGS_KEPT_SECONDS, limit],
  )
  return { forgotten: rowCount ?? 0 }
}
