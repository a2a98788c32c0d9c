import type { Pool, Tx } from '@rivulet/db'
import { inGoodStanding } from '../members/earning.ts'

/** What the operator lets a member do. An admin may do what a moderator may. */
export const ROLES = ['moderator', 'admin'] as const

export type Role = (typeof ROLES)[number]

/** SQL: the role of the member of this row as it counts now: none while suspended or deleted. */
const ROLE = `case when ${inGoodStanding('m')} then (
    select max(r.role)::text from roles r where r.member_id = m.id
  ) end`

/** The role of a member; undefined without one, and of who is suspended or deleted. */
export async function roleOf(db: Pool | Tx, memberId: string): Promise<Role | undefined> {
  const { rows } = await db.query<{ role: Role | null }>(
    `select ${ROLE} as role from members m where m.id = $1`,
    [memberId],
  )
  return rows[0]?.role ?? undefined
}

/**
 * Locks members, in order of id, and reads their roles: what is decided on them holds until the transaction ends, also
 * when the two are about to suspend each other.
 */
export async function lockRoles(
  tx: Tx,
  memberIds: readonly string[],
): Promise<Map<string, Role | undefined>> {
  await tx.query('select from members where id = any($1::uuid[]) order by id for no key update', [memberIds])
  const { rows } = await tx.query<{ id: string; role: Role | null }>(
    `select m.id, ${ROLE} as role from members m where m.id = any($1::uuid[])`,
    [memberIds],
  )
  return new Map(rows.map(({ id, role }) => [id, role ?? undefined]))
}

/** Whether anybody but these could decide something: a moderator or admin who is neither suspended nor deleted. */
export async function hasOtherModerator(tx: Tx, besides: readonly string[]): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select from roles r join members m on m.id = r.member_id
     where r.member_id <> all($1::uuid[]) and ${inGoodStanding('m')} limit 1`,
    [besides],
  )
  return rowCount === 1
}
