import { ledgerOf, newId, type Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { memberAccount, STREAMS } from '../chart.ts'
import { unpledge } from '../pledge/pledge.ts'
import type { Rules } from '../rules.ts'
import { insertWithdrawal } from '../withdrawals/store.ts'
import { WITHDRAWAL_LEG } from '../withdrawals/withdrawal.ts'
import { type ExitingMember, exitingMembers } from './store.ts'

/**
 * Takes what members with an open exit request could spend, pledges included, into a forced withdrawal each: pull lane,
 * to the own address, not to be cancelled. Fractions of a token unit stay. With nothing there, nothing happens.
 *
 * To be called when a request is booked and before every build while it is open, in a transaction of its own: it holds
 * the members' accounts until that ends.
 * @returns how many withdrawals it made
 */
export async function setAsideExits(tx: Tx, rules: Pick<Rules, 'unit'>): Promise<number> {
  const members = await exitingMembers(tx)
  if (members.length === 0) return 0
  await unpledge(
    tx,
    members.map((m) => m.memberId),
  )
  let made = 0
  for (const member of members) if (await setAside(tx, rules, member)) made++
  return made
}

/** What is spent between the look and the posting makes that fail; then the account is locked, and the look repeated. */
async function setAside(
  tx: Tx,
  { unit }: Pick<Rules, 'unit'>,
  { memberId, address }: ExitingMember,
): Promise<boolean> {
  const available = memberAccount(memberId, 'available')
  const id = newId()
  for (;;) {
    const balance = (await ledgerOf(tx).balances([available])).get(available) ?? 0n
    const amount = balance - (balance % unit)
    if (amount === 0n) return false
    const [answer] = await ledgerOf(tx).post([
      {
        ...{ id, leg: WITHDRAWAL_LEG.request, debit: available },
        ...{ credit: memberAccount(memberId, 'withdrawing'), amount: amountOf(amount) },
        code: STREAMS.withdrawal,
      },
    ])
    if (answer === 'insufficient') continue
    if (answer !== 'ok') throw new Error(`a forced exit was answered ${answer}`)
    await insertWithdrawal(tx, {
      ...{ id, memberId, amount, to: address, lane: 'pull' },
      ...{ holdSeconds: null, automatic: false, forced: true },
    })
    return true
  }
}
