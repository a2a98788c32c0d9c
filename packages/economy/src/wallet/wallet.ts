import { type Pool, readLedgerOf, type Tx } from '@rivulet/db'
import { PostgresLedger } from '@rivulet/ledger'
import { MEMBER_ACCOUNTS, type MemberAccount, memberAccount } from '../chart.ts'

/** What a member has, in nano, by account; and everything ever earned, before clearing fees, less what was reversed. */
export type Wallet = Record<MemberAccount, bigint> & { earnedTotal: bigint }

/** Reads a member's wallet: inside a transaction as that transaction sees it. */
export async function wallet(db: Pool | Tx, memberId: string): Promise<Wallet> {
  const balances = await new PostgresLedger(db).balances(
    MEMBER_ACCOUNTS.map((a) => memberAccount(memberId, a)),
  )
  const earned = await db.query<{ total: bigint }>(
    'select coalesce(sum(total), 0)::bigint as total from earnings where member_id = $1',
    [memberId],
  )
  const of = (account: MemberAccount) => balances.get(memberAccount(memberId, account)) ?? 0n
  return {
    ...(Object.fromEntries(MEMBER_ACCOUNTS.map((a) => [a, of(a)])) as Record<MemberAccount, bigint>),
    earnedTotal: earned.rows[0]?.total ?? 0n,
  }
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
