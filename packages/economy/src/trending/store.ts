import type { Tx } from '@rivulet/db'
import { WINDOWS, type Window } from './rules.ts'

type Queryable = Pick<Tx, 'query'>

/** How long a snapshot that has been replaced is kept for who pages through it. */
export const SNAPSHOTS_KEPT_SECONDS = 3_600
/** At most a twentieth of the time is spent on a window, and none is computed more often than every ten seconds. */
const SHARE_OF_TIME = 20
const EVERY_SECONDS = 10

/** The windows whose newest snapshot is old enough for another one, by the clock of the database. */
export async function dueWindows(db: Queryable): Promise<Window[]> {
  const { rows } = await db.query<{ window: Window }>(
    `select w as "window" from unnest($1::text[]) with ordinality given(w, nth)
     where not exists (
       select from trending_snapshots s
       where s."window" = w
         and s.computed_at > now() - greatest(make_interval(secs => $2), s.took_ms * $3 * interval '1 millisecond'))
     order by nth`,
    [WINDOWS, EVERY_SECONDS, SHARE_OF_TIME],
  )
  return rows.map((row) => row.window)
}

/** Forgets snapshots that were replaced an hour ago and more. The newest of a window stays, however old. */
export async function forgetSnapshots(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `delete from trending_snapshots s
     where s.computed_at < now() - make_interval(secs => $1)
       and exists (select from trending_snapshots later where later."window" = s."window" and later.id > s.id)`,
    [SNAPSHOTS_KEPT_SECONDS],
  )
  return rowCount ?? 0
}
