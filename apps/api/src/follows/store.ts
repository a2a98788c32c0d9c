import type { Pool } from '@rivulet/db'
import type { Slice } from '../lists/list.ts'
import { COLUMNS, type MemberRow } from '../members/store.ts'
import { LAST } from '../posts/store.ts'

/** A member on either end of a follow, and when it began. */
export type FollowRow = MemberRow & { followed_at: Date }

/** Who follows a member, newest first. */
export const followersOf = (pool: Pool, memberId: string, slice: Slice) =>
  oneSide(pool, 'followers-of', { of: 'followee_id', other: 'follower_id' }, memberId, slice)

/** Whom a member follows, newest first. */
export const followedBy = (pool: Pool, memberId: string, slice: Slice) =>
  oneSide(pool, 'followed-by', { of: 'follower_id', other: 'followee_id' }, memberId, slice)

type End = 'follower_id' | 'followee_id'

async function oneSide(
  pool: Pool,
  name: string,
  { of, other }: { of: End; other: End },
  memberId: string,
  { after, take }: Slice,
): Promise<FollowRow[]> {
  const [at, id] = after?.split(' ') ?? ['infinity', LAST]
  const found = await pool.query<FollowRow>({
    name,
    text: `select ${COLUMNS}, f.created_at as followed_at
           from (select ${other} as other, created_at from follows
                 where ${of} = $1 and (created_at, ${other}) < ($2::timestamptz, $3::uuid)
                 order by created_at desc, ${other} desc limit $4) f
           join members on members.id = f.other
           order by f.created_at desc, f.other desc`,
    values: [memberId, at, id, take],
  })
  return found.rows
}

/** The key of a row, for the cursor behind it: follows that began in the same millisecond are in the order of ids. */
export const keyOf = (row: FollowRow): string => `${row.followed_at.toISOString()} ${row.id}`
