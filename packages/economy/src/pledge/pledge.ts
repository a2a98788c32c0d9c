import { ledgerOf, newId, type Tx } from '@rivulet/db'
import { type Amount, amountOf } from '@rivulet/ledger'
import { memberAccount, STREAMS } from '../chart.ts'
import type { SpendingKey, SpendLimitReached } from '../keys/rules.ts'
import { spend } from '../keys/spend.ts'

export type PledgeInput = { memberId: string; amount: Amount; key?: SpendingKey | undefined }

type Pledged = { ok: true } | { ok: false; code: 'insufficient_funds' }

export type PledgeResult = Pledged | SpendLimitReached

/**
 * Sets own `available` money aside for likes. The batch answers as its inputs would one after another; repeating an
 * input sets aside again.
 */
export async function pledge(tx: Tx, inputs: PledgeInput[]): Promise<PledgeResult[]> {
  const moves = inputs.map((input) => ({ ...input, id: newId() }))
  const results = await spend(tx, moves, (ones) => post(tx, ones))
  await insertMoves(
    tx,
    moves.filter((_, i) => results[i]?.ok),
  )
  return results
}

async function post(tx: Tx, moves: (PledgeInput & { id: string })[]): Promise<Pledged[]> {
  const answers = await ledgerOf(tx).post(
    moves.map(({ id, memberId, amount }) => ({
      id,
      leg: 0,
      debit: memberAccount(memberId, 'available'),
      credit: memberAccount(memberId, 'pledge'),
      amount,
      code: STREAMS.pledge,
    })),
  )
  return answers.map((answer): Pledged => {
    if (answer === 'ok') return { ok: true }
    if (answer === 'insufficient') return { ok: false, code: 'insufficient_funds' }
    throw new Error(`a pledge was answered ${answer}`)
  })
}

/**
 * Takes back whatever each of these members has pledged. With nothing pledged, nothing happens; naming a member twice
 * is naming them once.
 *
 * A like that spends from a pledge between the look and the posting makes that posting fail; the look is then repeated,
 * now with the account locked by this transaction's attempt.
 */
export async function unpledge(tx: Tx, memberIds: readonly string[]): Promise<void> {
  const ledger = ledgerOf(tx)
  const moves: { id: string; memberId: string; amount: bigint }[] = []
  for (let left = [...new Set(memberIds)]; left.length > 0; ) {
    const pledged = await ledger.balances(left.map((id) => memberAccount(id, 'pledge')))
    const rests = left.flatMap((memberId) => {
      const amount = pledged.get(memberAccount(memberId, 'pledge')) ?? 0n
      return amount === 0n ? [] : [{ id: newId(), memberId, amount }]
    })
    const answers = await ledger.post(
      rests.map(({ id, memberId, amount }) => ({
        id,
        leg: 0,
        debit: memberAccount(memberId, 'pledge'),
        credit: memberAccount(memberId, 'available'),
        amount: amountOf(amount),
        code: STREAMS.pledge,
      })),
    )
    left = []
    rests.forEach((rest, i) => {
      if (answers[i] === 'ok') moves.push({ ...rest, amount: -rest.amount })
      else if (answers[i] === 'insufficient') left.push(rest.memberId)
      else throw new Error(`taking back a pledge was answered ${answers[i]}`)
    })
  }
  await insertMoves(tx, moves)
}

async function insertMoves(tx: Tx, moves: { id: string; memberId: string; amount: bigint }[]): Promise<void> {
  if (moves.length === 0) return
  await tx.query(
    'insert into pledge_moves (id, member_id, amount) select * from unnest($1::uuid[], $2::uuid[], $3::bigint[])',
    [moves.map((m) => m.id), moves.map((m) => m.memberId), moves.map((m) => m.amount)],
  )
}
