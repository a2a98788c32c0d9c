import type { Pool, Tx } from '@rivulet/db'
import { memberAccount } from '../chart.ts'
import type { Rules } from '../rules.ts'
import { literal } from '../sql.ts'

/** What decides whether somebody may be a paid viewer: nano, and seconds since the first sign-in. */
export type Standing = {
  /** Undefined: they have never signed in. */
  ageSeconds: number | undefined
  /** Deposited by themselves, final, ever. */
  deposited: bigint
  /** What they hold of their own: available and pledge. */
  held: bigint
  suspended: boolean
}

/** Whether somebody has been here long enough, and has so much of their own here, to be paid for views or given grants. */
export function isEligible(
  standing: Standing,
  { viewerAgeSeconds, viewerDeposit }: Pick<Rules['views'], 'viewerAgeSeconds' | 'viewerDeposit'>,
): boolean {
  if (standing.ageSeconds === undefined || standing.ageSeconds < viewerAgeSeconds) return false
  return (standing.deposited < standing.held ? standing.deposited : standing.held) >= viewerDeposit
}

/** How members stand, by id; those there are not, or not any more, are missing. */
export async function standings(
  db: Pool | Tx,
  rules: Pick<Rules, 'unit'>,
  memberIds: readonly string[],
): Promise<Map<string, Standing>> {
  const ids = [...new Set(memberIds)]
  const { rows } = await db.query<{
    id: string
    age: number | null
    deposited: string | bigint
    held: bigint
    suspended: boolean
  }>(
    `select m.id, extract(epoch from now() - m.first_sign_in_at)::float8 as age,
       coalesce((select v.deposited from vault_accounts v where v.member_id = m.id), 0) * $4::bigint as deposited,
       coalesce((select sum(a.balance) from ledger.account a where a.ref in (w.available, w.pledge)), 0)::bigint as held,
       m.suspended_at is not null as suspended
     from unnest($1::uuid[], $2::text[], $3::text[]) as w (id, available, pledge)
       join members m on m.id = w.id and m.deleted_at is null`,
    [
      literal(ids),
      literal(ids.map((id) => memberAccount(id, 'available'))),
      literal(ids.map((id) => memberAccount(id, 'pledge'))),
      rules.unit,
    ],
  )
  return new Map(
    rows.map(({ id, age, deposited, held, suspended }) => [
      id,
      { ageSeconds: age ?? undefined, deposited: BigInt(deposited), held, suspended },
    ]),
  )
}
