import type { Tx } from '@rivulet/db'
import { isReserved } from './reserved.ts'
import { skeletonOf } from './skeleton.ts'

/** How long a handle that was given up stays its former owner's. */
export const KEPT_DAYS = 30

/** How many handles that were given up are kept for one member: or a few members could keep them all. */
export const KEPT_MAX = 5

export type HandleRefusal = 'handle_reserved' | 'handle_taken' | 'handle_confusable' | 'too_many_handles'

/** Whose handle is moved; the row is locked. */
type Owner = { id: string; handle: string | null; skeleton: string | null }

/**
 * Prepares that a member's handle becomes another one, or none: nobody else has it or one that looks like it, nor gave
 * one up in the last 30 days. The one that is left is kept for the member for as long. The caller writes handle and
 * skeleton.
 */
export async function takeHandle(
  tx: Tx,
  owner: Owner,
  handle: string | null,
): Promise<HandleRefusal | undefined> {
  if (handle !== null && isReserved(handle)) return 'handle_reserved'
  const wanted = handle === null ? null : skeletonOf(handle)
  const left = owner.handle === null ? null : skeletonOf(owner.handle)
  await lockSkeletons(tx, [wanted, left])
  if (handle !== null) {
    const refusal = await holderOf(tx, owner, handle)
    if (refusal) return refusal
  }
  if (left !== null && left !== wanted && !(await keep(tx, owner, left, wanted))) return 'too_many_handles'
  await tx.query('delete from kept_handles where member_id = $1 and skeleton = $2', [owner.id, wanted])
  return undefined
}

/** Whoever takes or leaves what looks alike waits for each other, in one order, so that two who swap never wait in a circle. */
async function lockSkeletons(tx: Tx, skeletons: (string | null)[]): Promise<void> {
  const names = new Set(skeletons.filter((skeleton) => skeleton !== null))
  for (const name of [...names].sort())
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`handles/${name}`])
}

/**
 * Why somebody else stands in the way, if anybody does. Their own, written otherwise, is still theirs, for whomever it is
 * kept.
 */
async function holderOf(tx: Tx, owner: Owner, handle: string): Promise<HandleRefusal | undefined> {
  const found = await tx.query<{ handle: string }>(
    `select handle from members where (handle = $1 or skeleton = $2) and id <> $3
     union all
     select handle from kept_handles where skeleton = $2 and skeleton is distinct from $4 and member_id <> $3 and until > now()`,
    [handle, skeletonOf(handle), owner.id, owner.skeleton],
  )
  if (found.rowCount === 0) return undefined
  return found.rows.some((row) => row.handle === handle) ? 'handle_taken' : 'handle_confusable'
}

/**
 * Keeps a handle for whom it was. One that looked like another's when that was first asked may be kept for that other
 * one already, and stays so. False: too many are kept for them already, not counting one they are taking back.
 */
async function keep(tx: Tx, owner: Owner, left: string, wanted: string | null): Promise<boolean> {
  await tx.query('delete from kept_handles where member_id = $1 and until <= now()', [owner.id])
  const counted = await tx.query<{ n: number }>(
    `select count(*)::int as n from kept_handles
     where member_id = $1 and skeleton <> $2 and skeleton is distinct from $3`,
    [owner.id, left, wanted],
  )
  if (counted.rows[0]!.n >= KEPT_MAX) return false
  await tx.query(
    `insert into kept_handles (skeleton, handle, member_id, until)
     values ($1, $2, $3, now() + make_interval(days => $4))
     on conflict (skeleton) do update
       set handle = excluded.handle, member_id = excluded.member_id, until = excluded.until
       where kept_handles.member_id = excluded.member_id or kept_handles.until <= now()`,
    [left, owner.handle, owner.id, KEPT_DAYS],
  )
  return true
}
