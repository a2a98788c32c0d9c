import type { Tx } from '@rivulet/db'
import { isUnderWay, MEMBER_ACCOUNTS, type MemberAccount, wallet } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'

/** What is done about an account that is not empty. */
const WHAT_TO_DO: Record<MemberAccount, string> = {
  available: 'withdraw it, or tip it away',
  pending: 'it clears when its period has closed and the hold has passed; then withdraw it',
  budget: 'like something, or wait for the close of the period, which gives it away',
  pledge: 'take it back with DELETE /v1/wallet/pledge, and withdraw it',
  withdrawing: 'wait until it has arrived, or cancel the withdrawal while it is requested or held',
  owed: 'claim it from the vault',
}

/** What stands against the deletion of an account, each with what to do; none: it is empty. */
export async function obstaclesOf(tx: Tx, memberId: string): Promise<string[]> {
  const balances = await wallet(tx, memberId)
  const accounts = MEMBER_ACCOUNTS.filter((account) => balances[account] !== 0n).map(
    (account) => `${account} holds ${formatAmount(balances[account])}: ${WHAT_TO_DO[account]}`,
  )
  const underWay = (await isUnderWay(tx, memberId))
    ? ['a withdrawal or an exit is under way: wait until it has ended, or cancel it']
    : []
  const { rows } = await tx.query<{ id: string }>(
    `select id from campaigns where sponsor_id = $1 and status <> 'closed' order by id limit 10`,
    [memberId],
  )
  const campaigns = rows.map(({ id }) => `campaign ${id} is open: close it, and withdraw what comes back`)
  return [...accounts, ...underWay, ...campaigns]
}
