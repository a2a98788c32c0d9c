import { newId, type Tx } from '@rivulet/db'
import { firstIdAt, halfLifeOf, RANKS, WINDOW_SECONDS, type Window } from './rules.ts'

/** What a snapshot came to. */
export type Computed = { id: string; posts: number; tookMs: number }

/**
 * Computes what is trending in a window, as a snapshot of its own; docs/FEEDS.md has the formula and its reasons. It reads
 * the credits of the window by their ids, which say when, and nothing older. Run twice it makes two snapshots that say the
 * same; readers take the newest.
 */
export async function computeTrending(tx: Tx, window: Window): Promise<Computed> {
  const begun = Date.now()
  const id = newId()
  await tx.query('insert into trending_snapshots (id, "window", took_ms) values ($1, $2, 0)', [id, window])
  const from = firstIdAt(begun - WINDOW_SECONDS[window] * 1_000)
  const { rowCount } = await tx.query(RANK, [id, from, halfLifeOf(window), RANKS])
  const tookMs = Date.now() - begun
  await tx.query('update trending_snapshots set took_ms = $2 where id = $1', [id, tookMs])
  return { id, posts: rowCount ?? 0, tookMs }
}

// Of each member and post the first standing credit in the window counts, so that nobody gains by acting again.
const RANK = `
  with acts as (
    select post_id, payer_id, extract(epoch from now() - min(uuid_extract_timestamp(id))) as age
    from receipts
    where id >= $2 and kind <> 'view' and source in ('budget', 'pledge') and not closing and reversal_id is null
    group by post_id, payer_id
  ), scored as (
    select a.post_id, count(*)::int as members, sum(power(0.5::float8, greatest(a.age, 0) / $3::float8)) as score
    from acts a
      join posts p on p.id = a.post_id
      join members m on m.id = p.author_id
    where p.reply_to is null and p.deleted_at is null and m.suspended_at is null and m.deleted_at is null
      and not a.payer_id = any(coalesce(p.split_members, '{}'))
    group by a.post_id
    order by score desc, a.post_id desc
    limit $4
  )
  insert into trending (snapshot_id, rank, post_id, members, score)
  select $1, row_number() over (order by score desc, post_id desc), post_id, members, score from scored`
