import { ledgerOf, newId, type Tx } from '@rivulet/db'
import { type Amount, amountOf, type Transfer } from '@rivulet/ledger'
import { memberAccount, REVENUE, STREAMS } from '../chart.ts'
import type { Rules } from '../rules.ts'
import { clearingFee } from './rules.ts'

type Due = {
  memberId: string
  period: bigint
  hold: string
  receiptIds: string[]
  receiptLegs: number[]
  gross: bigint
  ordinal: number
  grossBefore: bigint
  feeBefore: bigint
}

/**
 * Moves pending money whose period is over and whose hold has passed to `available`, less the clearing fee: one
 * clearing per member, period and kind of hold.
 *
 * Resumable at any point, and two at once take different money: a receipt names its clearing from the transaction on
 * that moves it.
 *
 * @param limit most receipts of one call; what is left of a member's period clears in the next, see `clearingFee`
 * @returns how many clearings were made; 0 when nothing is due
 */
export async function clearPending(
  tx: Tx,
  rules: Rules,
  { limit = 10_000 } = {},
): Promise<{ cleared: number }> {
  const due = await lockDue(tx, limit)
  if (due.length === 0) return { cleared: 0 }
  const clearings = due.map((d) => {
    const gross = amountOf(d.gross)
    const fee = clearingFee(gross, { gross: d.grossBefore, fee: d.feeBefore }, rules.fees.clearingBps)
    return { ...d, id: newId(), gross, fee }
  })
  const answers = await ledgerOf(tx).post(clearings.flatMap(transfersOf))
  if (answers.some((answer) => answer !== 'ok')) throw new Error(`a clearing was answered ${answers.join()}`)

  await tx.query(
    `insert into clearings (id, member_id, period, hold, ordinal, gross, fee)
     select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::hold[], $5::int[], $6::bigint[], $7::bigint[])`,
    [
      clearings.map((c) => c.id),
      clearings.map((c) => c.memberId),
      clearings.map((c) => c.period),
      clearings.map((c) => c.hold),
      clearings.map((c) => c.ordinal),
      clearings.map((c) => c.gross),
      clearings.map((c) => c.fee),
    ],
  )
  await tx.query(
    `update receipts set clearing_id = c.clearing from unnest($1::uuid[], $2::int[], $3::uuid[]) as c(receipt, leg, clearing)
     where receipts.id = c.receipt and receipts.leg = c.leg`,
    [
      clearings.flatMap((c) => c.receiptIds),
      clearings.flatMap((c) => c.receiptLegs),
      clearings.flatMap((c) => c.receiptIds.map(() => c.id)),
    ],
  )
  return { cleared: clearings.length }
}

/** Locks the receipts due, so that none is reversed meanwhile, and adds them up. Locked ones wait for the next call. */
async function lockDue(tx: Tx, limit: number): Promise<Due[]> {
  const rows = await tx.query<Due>(
    `with locked as (
       select id, leg, receiver_id, period, hold, gross from receipts
       where clearing_id is null and reversal_id is null and clears_at <= now()
         -- What a close gives is there when the period is closed.
         and not (closing and period in (select number from periods where status = 'closing'))
       order by clears_at, receiver_id limit $1 for update skip locked
     )
     select l.receiver_id as "memberId", l.period, l.hold, array_agg(l.id) as "receiptIds",
            array_agg(l.leg) as "receiptLegs", sum(l.gross)::bigint as gross,
            coalesce(b.count, 0)::int as ordinal, coalesce(b.gross, 0)::bigint as "grossBefore",
            coalesce(b.fee, 0)::bigint as "feeBefore"
     from locked l
     left join lateral (
       select count(*) as count, sum(c.gross) as gross, sum(c.fee) as fee from clearings c
       where c.member_id = l.receiver_id and c.period = l.period and c.hold = l.hold
     ) b on true
     group by l.receiver_id, l.period, l.hold, b.count, b.gross, b.fee
     order by l.receiver_id, l.period, l.hold`,
    [limit],
  )
  return rows.rows
}

function transfersOf(c: { id: string; memberId: string; gross: Amount; fee: Amount }): Transfer[] {
  const debit = memberAccount(c.memberId, 'pending')
  const legs = [
    {
      credit: memberAccount(c.memberId, 'available'),
      amount: amountOf(c.gross - c.fee),
      code: STREAMS.clearing,
    },
    { credit: REVENUE, amount: c.fee, code: STREAMS.fee },
  ]
  return legs.filter((leg) => leg.amount > 0n).map((leg, i) => ({ id: c.id, leg: i, debit, ...leg }))
}
