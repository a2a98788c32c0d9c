import { ledgerOf, newId, type Tx } from '@rivulet/db'
import { type Amount, amountOf } from '@rivulet/ledger'
import { memberAccount, STREAMS } from '../chart.ts'

export type PledgeResult = { ok: true } | { ok: false; code: 'insufficient_funds' }

/**
 * Sets own `available` money aside for likes. The batch answers as its inputs would one after another; repeating an
 * input sets aside again.
 */
export async function pledge(
  tx: Tx,
  inputs: { memberId: string; amount: Amount }[],
): Promise<PledgeResult[]> {
  const moves = inputs.map((input) => ({ ...input, id: newId() }))
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
  const results = answers.map((answer): PledgeResult => {
    if (answer === 'ok') return { ok: true }
    if (answer === 'insufficient') return { ok: false, code: 'insufficient_funds' }
    throw new Error(`a pledge was answered ${answer}`)
  })
  await insertMoves(
    tx,
    moves.filter((_, i) => results[i]?.ok),
  )
  return results
}

/**
 * Takes back whatever is pledged. With nothing pledged, nothing happens.
 *
 * A like that spends from the pledge between the look and the posting makes the posting fail; the look is then
 * repeated, now with the account locked by this transaction's attempt.
 */
export async function unpledge(tx: Tx, memberId: string): Promise<void> {
  const ref = memberAccount(memberId, 'pledge')
  for (;;) {
    const rest = (await ledgerOf(tx).balances([ref])).get(ref) ?? 0n
    if (rest === 0n) return
    const id = newId()
    const credit = memberAccount(memberId, 'available')
    const [answer] = await ledgerOf(tx).post([
      { id, leg: 0, debit: ref, credit, amount: amountOf(rest), code: STREAMS.pledge },
    ])
    if (answer === 'ok') return insertMoves(tx, [{ id, memberId, amount: -rest }])
    if (answer !== 'insufficient') throw new Error(`taking back a pledge was answered ${answer}`)
  }
}

async function insertMoves(tx: Tx, moves: { id: string; memberId: string; amount: bigint }[]): Promise<void> {
  await tx.query(
    'insert into pledge_moves (id, member_id, amount) select * from unnest($1::uuid[], $2::uuid[], $3::bigint[])',
    [moves.map((m) => m.id), moves.map((m) => m.memberId), moves.map((m) => m.amount)],
  )
}
