import { ledgerOf, newId, readLedgerOf, withTransaction } from '@rivulet/db'
import { type MemberAccount, memberAccount, RESERVE, STREAMS } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import type { Deps } from '../src/deps.ts'

/** Books a deposit of `nano` into an account of a member's, as if the vault had told of one. */
export async function fund(
  { db }: Deps,
  memberId: string,
  account: MemberAccount,
  nano: bigint,
): Promise<void> {
  await withTransaction(db.pool, async (tx) => {
    const ledger = ledgerOf(tx)
    await ledger.open([RESERVE])
    const [result] = await ledger.post([
      {
        id: newId(),
        leg: 0,
        debit: RESERVE,
        credit: memberAccount(memberId, account),
        amount: amountOf(nano),
        code: STREAMS.deposit,
      },
    ])
    if (result !== 'ok') throw new Error(`not funded: ${result}`)
  })
}

/** What an account of a member's holds, in nano. */
export async function balance({ db }: Deps, memberId: string, account: MemberAccount): Promise<bigint> {
  const ref = memberAccount(memberId, account)
  return (await readLedgerOf(db.pool).balances([ref])).get(ref) ?? 0n
}
