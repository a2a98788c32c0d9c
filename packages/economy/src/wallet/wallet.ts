import { type Pool, readLedgerOf, type Tx } from '@rivulet/db'
import { PostgresLedger } from '@rivulet/ledger'
import { MEMBER_ACCOUNTS, type MemberAccount, memberAccount } from '../chart.ts'
import { literal } from '../sql.ts'

/** What a member has, in nano, by account; and everything ever earned, before clearing fees, less what was reversed. */
export type Wallet = Record<MemberAccount, bigint> & { earnedTotal: bigint }

/** Reads a member's wallet: inside a transaction as that transaction sees it. */
export async function wallet(db: Pool | Tx, memberId: string): Promise<Wallet> {
  return (await wallets(db, [memberId])).get(memberId) as Wallet
}

/** Reads the wallets of many members, in two statements. */
export async function wallets(db: Pool | Tx, memberIds: readonly string[]): Promise<Map<string, Wallet>> {
  const ids = [...new Set(memberIds)]
  const balances = await new PostgresLedger(db).balances(ids.flatMap(memberRefs))
  const { rows } = await db.query<{ member: string; total: bigint }>({
    name: 'earned-totals',
    text: `select member_id as member, sum(total)::bigint as total from earnings
           where member_id = any($1::uuid[]) group by member_id`,
    values: [literal(ids)],
  })
  const earned = new Map(rows.map(({ member, total }) => [member, total]))
  return new Map(
    ids.map((id) => {
      const own = MEMBER_ACCOUNTS.map((name) => [name, balances.get(memberAccount(id, name)) ?? 0n])
      return [
        id,
        { ...(Object.fromEntries(own) as Record<MemberAccount, bigint>), earnedTotal: earned.get(id) ?? 0n },
      ]
    }),
  )
}

/** A page of a member's entries over all accounts, newest first; see `Ledger.statement`. */
export function memberStatement(
  pool: Pool,
  memberId: string,
  page: Omit<Parameters<ReturnType<typeof readLedgerOf>['statement']>[0], 'accounts'>,
) {
  return readLedgerOf(pool).statement({ accounts: memberRefs(memberId), ...page })
}

/** The names of a member's accounts, in the order cursors count them. */
export function memberRefs(memberId: string): string[] {
  return MEMBER_ACCOUNTS.map((account) => memberAccount(memberId, account))
}
