import type { Tx } from '@rivulet/db'
import { account } from '../interactions/store.ts'
import type { Rules } from '../rules.ts'
import { ownDeposit, type Viewer } from './rules.ts'

/** What `mayView` asks of these members, as it is now. Members that do not exist are absent. */
export async function readViewers(
  tx: Tx,
  rules: Pick<Rules, 'unit'>,
  memberIds: readonly string[],
): Promise<Map<string, Viewer>> {
  const { rows } = await tx.query<{
    id: string
    barred: boolean
    signedInSeconds: number | null
    deposited: bigint
    available: bigint
    pledge: bigint
  }>(
    `select m.id, m.suspended_at is not null or m.deleted_at is not null as barred,
            extract(epoch from now() - m.first_sign_in_at)::float8 as "signedInSeconds",
            coalesce(v.deposited, 0) as deposited, coalesce(a.balance, 0) as available,
            coalesce(p.balance, 0) as pledge
     from members m
       left join vault_accounts v on v.member_id = m.id
       left join ledger.account a on a.ref = ${account('m.id', 'available')}
       left join ledger.account p on p.ref = ${account('m.id', 'pledge')}
     where m.id = any($1::uuid[])`,
    [memberIds],
  )
  return new Map(
    rows.map(({ id, barred, signedInSeconds, deposited, available, pledge }) => [
      id,
      {
        barred,
        signedInSeconds: signedInSeconds ?? undefined,
        ownDeposit: ownDeposit({ deposited: deposited * rules.unit, available, pledge }),
      },
    ]),
  )
}
