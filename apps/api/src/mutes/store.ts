import type { Pool, Tx } from '@rivulet/db'
import type { Slice } from '../lists/list.ts'
import { COLUMNS, type MemberRow } from '../members/store.ts'
import { FIRST } from '../posts/store.ts'

type Pair = { muterId: string; mutedId: string }

/** How many a member has muted at most. */
export const MUTES_MAX = 10_000

/** Mutes a member. Muting twice is muting once. */
export async function mute(
  tx: Tx,
  { muterId, mutedId }: Pair,
): Promise<{ ok: true } | { ok: false; code: 'too_many_mutes' }> {
  // Two at once must not both be the last there is room for.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`mutes/${muterId}`])
  const found = await tx.query<{ muted: boolean; room: boolean }>(
    `select exists (select from mutes where muter_id = $1 and muted_id = $2) as muted,
            (select count(*) from mutes where muter_id = $1) < $3 as room`,
    [muterId, mutedId, MUTES_MAX],
  )
  const { muted, room } = found.rows[0]!
  if (muted) return { ok: true }
  if (!room) return { ok: false, code: 'too_many_mutes' }
  await tx.query('insert into mutes (muter_id, muted_id) values ($1, $2)', [muterId, mutedId])
  return { ok: true }
}

/** Takes a mute back, if there is one. */
export async function unmute(pool: Pool, { muterId, mutedId }: Pair): Promise<void> {
  await pool.query('delete from mutes where muter_id = $1 and muted_id = $2', [muterId, mutedId])
}

/** Whom a member has muted, in the order in which they became members. */
export async function mutedBy(pool: Pool, muterId: string, { after, take }: Slice): Promise<MemberRow[]> {
  const found = await pool.query<MemberRow>({
    name: 'muted-by',
    text: `select ${COLUMNS} from mutes join members on id = muted_id
           where muter_id = $1 and muted_id > $2 order by muted_id limit $3`,
    values: [muterId, after ?? FIRST, take],
  })
  return found.rows
}

/**
 * A condition for a feed's query for ids: its reader, $1, has not muted this member. True for all without a reader.
 *
 * @param member an SQL expression for an id
 */
export const notMuted = (member: string) =>
  `not exists (select from mutes m where m.muter_id = $1 and m.muted_id = ${member})`
