import type { Tx } from '@rivulet/db'
import { ifMatch } from '../http/conditional.ts'
import { skeletonOf } from './skeleton.ts'
import { COLUMNS, type MemberRow } from './store.ts'
import { type HandleRefusal, takeHandle } from './take-handle.ts'
import { profileTag } from './view.ts'

export type ProfileChange = { handle?: string | null; displayName?: string; bio?: string }

export type ChangeProfileResult =
  | { ok: true; member: MemberRow }
  | { ok: false; code: HandleRefusal | 'precondition_failed' | 'suspended' | 'unauthenticated' }

/**
 * Changes what is given of a member's profile, all of it or nothing; a handle of null gives the handle up.
 * A profile is published, so who is suspended leaves theirs as it is.
 *
 * @param condition an `If-Match`: without one, whatever the profile was is written over
 */
export async function changeProfile(
  tx: Tx,
  {
    memberId,
    change,
    condition,
  }: { memberId: string; change: ProfileChange; condition?: string | undefined },
): Promise<ChangeProfileResult> {
  const found = await tx.query<MemberRow & { skeleton: string | null; suspended: boolean }>(
    `select ${COLUMNS}, skeleton, suspended_at is not null as suspended from members
     where id = $1 and deleted_at is null for no key update`,
    [memberId],
  )
  const before = found.rows[0]
  // The account was deleted while this was on its way.
  if (!before) return { ok: false, code: 'unauthenticated' }
  if (before.suspended) return { ok: false, code: 'suspended' }
  if (condition !== undefined && !ifMatch(condition, profileTag(before)))
    return { ok: false, code: 'precondition_failed' }
  const { handle = before.handle, displayName = before.display_name, bio = before.bio } = change
  let { skeleton } = before
  if (handle !== before.handle) {
    const code = await takeHandle(tx, before, handle)
    if (code) return { ok: false, code }
    skeleton = handle === null ? null : skeletonOf(handle)
  }
  const changed = await tx.query<MemberRow>(
    `update members set handle = $2, skeleton = $3, display_name = $4, bio = $5 where id = $1 returning ${COLUMNS}`,
    [memberId, handle, skeleton, displayName, bio],
  )
  return { ok: true, member: changed.rows[0]! }
}
