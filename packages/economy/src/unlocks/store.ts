import type { Tx } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import type { Payment } from '../payments/pay.ts'
import { literal } from '../sql.ts'
import type { Unlock } from './unlock.ts'

export type PlannedUnlock = Payment & { postId: string }

/** Those of these wishes that were granted before. */
export async function unlocksOf(
  tx: Tx,
  wishes: { payerId: string; postId: string }[],
): Promise<(Unlock & { payerId: string })[]> {
  type Row = Omit<Unlock, 'parts'> & { payerId: string; receivers: string[]; amounts: string[] }
  const { rows } = await tx.query<Row>({
    name: 'unlocks-of',
    text: `select u.id, u.post_id as "postId", u.payer_id as "payerId", u.amount, u.fee, u.created_at as "createdAt",
                  p.receivers, p.amounts
           from unnest($1::uuid[], $2::uuid[]) as w (payer, post)
           join unlocks u on u.post_id = w.post and u.payer_id = w.payer
           cross join lateral (
             select array_agg(receiver_id::text order by leg) as receivers, array_agg(amount::text order by leg) as amounts
             from payment_parts where payment_id = u.id
           ) p`,
    values: [literal(wishes.map((wish) => wish.payerId)), literal(wishes.map((wish) => wish.postId))],
  })
  return rows.map(({ receivers, amounts, ...unlock }) => ({
    ...unlock,
    parts: receivers.map((memberId, i) => ({ memberId, amount: amountOf(BigInt(amounts[i] as string)) })),
  }))
}

/** Writes unlocks that were paid. @returns when: the transaction's own time */
export async function insertUnlocks(tx: Tx, ruleVersion: number, unlocks: PlannedUnlock[]): Promise<Date> {
  const { rows } = await tx.query<{ now: Date }>({
    name: 'insert-unlocks',
    text: `with inserted as (
             insert into unlocks (id, post_id, payer_id, amount, fee, rule_version, created_at)
             select u.*, $6::int, now()
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[]) as u
           )
           select now()::timestamptz(3) as now`,
    values: [
      literal(unlocks.map((u) => u.id)),
      literal(unlocks.map((u) => u.postId)),
      literal(unlocks.map((u) => u.payerId)),
      literal(unlocks.map((u) => u.amount)),
      literal(unlocks.map((u) => u.fee)),
      ruleVersion,
    ],
  })
  return rows[0]?.now ?? new Date()
}
