import type { Pool, Tx } from '@rivulet/db'
import { appendAudit } from '../audit-log/append-audit.ts'
import type { Role } from './store.ts'

export type RoleInput = {
  /** An id, an address in any case, or a handle. */
  member: string
  role: Role
}

export type RoleResult =
  | { ok: true; memberId: string; changed: boolean }
  | { ok: false; code: 'member_not_found' }

/** Gives a member a role, by the operator. Given again it changes nothing. */
export function grantRole(tx: Tx, input: RoleInput): Promise<RoleResult> {
  return change(
    tx,
    input,
    'role.grant',
    'insert into roles (member_id, role) values ($1, $2) on conflict do nothing',
  )
}

/** Takes a role from a member, by the operator, with the commit and for all processes. */
export function revokeRole(tx: Tx, input: RoleInput): Promise<RoleResult> {
  return change(tx, input, 'role.revoke', 'delete from roles where member_id = $1 and role = $2')
}

async function change(
  tx: Tx,
  { member, role }: RoleInput,
  act: 'role.grant' | 'role.revoke',
  statement: string,
): Promise<RoleResult> {
  const found = await tx.query<{ id: string }>(
    `select id from members
     where (id::text = lower($1) or lower(address) = lower($1) or handle = $1) and deleted_at is null
     for no key update`,
    [member],
  )
  const memberId = found.rows[0]?.id
  if (memberId === undefined) return { ok: false, code: 'member_not_found' }
  const { rowCount } = await tx.query(statement, [memberId, role])
  const changed = rowCount === 1
  const change = act === 'role.grant' ? { after: { role } } : { before: { role } }
  if (changed)
    await appendAudit(tx, [
      { actorId: null, role: 'operator', act, subject: { type: 'member', id: memberId }, ...change },
    ])
  return { ok: true, memberId, changed }
}

export type RoleHolder = {
  memberId: string
  address: string
  handle: string | null
  role: Role
  grantedAt: Date
}

/** Who has which role, oldest grant first. */
export async function roleHolders(db: Pool | Tx): Promise<RoleHolder[]> {
  const { rows } = await db.query<RoleHolder>(
    `select r.member_id as "memberId", m.address, m.handle, r.role, r.granted_at as "grantedAt"
     from roles r join members m on m.id = r.member_id order by r.granted_at, r.member_id, r.role`,
  )
  return rows
}
