import type { Pool } from '@rivulet/db'
import type { Window } from '@rivulet/economy'
import { notBlocked } from '../blocks/shown.ts'
import { notMuted } from '../mutes/store.ts'
import { type PostRow, postsOf } from '../posts/store.ts'

/** Where an item stands: in which snapshot, and at which rank. */
type Place = { snapshotId: string; rank: number }

export type TrendingRow = PostRow & Place

export type TrendingResult = { ok: true; rows: TrendingRow[] } | { ok: false; code: 'invalid_cursor' }

/** The key of a row, for the cursor behind it: it names the snapshot, so that the next page is of the same. */
export const placeOf = ({ snapshotId, rank }: Place): string => `${snapshotId} ${rank}`

/**
 * The posts that are trending, the first rank first, as they were when the page before was computed. Posts that were
 * deleted since, or are of members suspended since, are left out; so are those of whom the viewer has blocked, is blocked
 * by, or has muted. Nothing before the first snapshot.
 *
 * @returns `invalid_cursor` when the snapshot of the page before is no longer kept
 */
export async function trendingFeed(
  pool: Pool,
  window: Window,
  { viewerId, after, take }: { viewerId: string | null; after: string | undefined; take: number },
): Promise<TrendingResult> {
  const [snapshotId = null, rank = '0'] = after?.split(' ') ?? []
  const { rows: places } = await pool.query<Place & { id: string | null }>({
    name: 'trending-places',
    text: PLACES,
    values: [viewerId, window, snapshotId, Number(rank), take],
  })
  if (after !== undefined && places.length === 0) return { ok: false, code: 'invalid_cursor' }
  const placed = new Map(places.flatMap((place) => (place.id === null ? [] : [[place.id, place] as const])))
  const found = await postsOf(pool, { name: 'trending-posts', ids: BY_IDS, order: 'desc' }, viewerId, [
    [...placed.keys()],
  ])
  const rows = found.map((row) => {
    const { snapshotId, rank } = placed.get(row.id)!
    return { ...row, snapshotId, rank }
  })
  return { ok: true, rows: rows.sort((a, b) => a.rank - b.rank) }
}

// A snapshot without a post that may be shown is one row without an id: it is there.
const PLACES = `
  select s.id as "snapshotId", shown.rank, shown.post_id as id
  from (select id from trending_snapshots
        where "window" = $2 and ($3::uuid is null or id = $3) order by id desc limit 1) s
  left join lateral (
    select t.rank, t.post_id
    from trending t
      join posts p on p.id = t.post_id
      join members a on a.id = p.author_id
    where t.snapshot_id = s.id and t.rank > $4 and p.deleted_at is null
      and a.suspended_at is null and a.deleted_at is null
      and ${notBlocked('p.author_id')} and ${notMuted('p.author_id')}
    order by t.rank limit $5
  ) shown on true`

const BY_IDS = `select p.id, null::uuid as repost, null::uuid as sharer from posts p
                where p.id = any($2::uuid[]) and p.deleted_at is null`
