import type { Pool } from '@rivulet/db'

/** What was paid directly: a tip, an unlock, a charge of a subscription, a grant, a view or a clearing. Amounts are nano. */
export type Payment = {
  type: 'tip' | 'unlock' | 'subscription' | 'grant'
  id: string
  /** Null: the operator. */
  payerId: string | null
  /** Receivers may know who paid. */
  named: boolean
  postId: string | null
  amount: bigint
  fee: bigint
  ruleVersion: number
  at: Date
  /** What arrived, and where; a receiver sees the own ones only. */
  parts: { receiverId: string; amount: bigint }[]
}

/** The payment of that id, as its payer or one of its receivers may see it. */
export async function paymentOf(pool: Pool, memberId: string, id: string): Promise<Payment | undefined> {
  const { rows } = await pool.query<Omit<Payment, 'parts'> & { receivers: string[]; amounts: bigint[] }>({
    name: 'payment-of',
    text: PAYMENT,
    values: [memberId, id],
  })
  const [row] = rows
  if (!row) return undefined
  const { receivers, amounts, ...payment } = row
  const parts = receivers.map((receiverId, i) => ({ receiverId, amount: BigInt(amounts[i]!) }))
  if (payment.payerId === memberId) return { ...payment, parts }
  const own = parts.filter((part) => part.receiverId === memberId)
  return own.length > 0 ? { ...payment, parts: own } : undefined
}

// A tip of before there were splits has no parts of its own: all was its one receiver's.
const PAYMENT = `
  with payment as (
    select 'tip' as type, id, payer_id, not anonymous as named, post_id, receiver_id, amount, fee, rule_version, created_at
    from tips where id = $2
    union all
    select 'unlock', id, payer_id, false, post_id, null, amount, fee, rule_version, created_at from unlocks where id = $2
    union all
    select 'subscription', c.id, s.payer_id, false, null, s.receiver_id, c.amount, c.fee, c.rule_version, c.created_at
    from subscription_charges c join subscriptions s on s.id = c.subscription_id where c.id = $2
    union all
    select 'grant', id, null, false, null, member_id, amount, 0, rule_version, created_at
    from grants where id = $2 and member_id = $1
  )
  select p.type, p.id, p.payer_id as "payerId", p.named, p.post_id as "postId", p.amount, p.fee,
    p.rule_version as "ruleVersion", p.created_at as at,
    coalesce(parts.receivers, array_remove(array[p.receiver_id], null)) as receivers,
    coalesce(parts.amounts, array[(p.amount - p.fee)::text]) as amounts
  from payment p cross join lateral (
    select array_agg(receiver_id order by leg) as receivers, array_agg(amount::text order by leg) as amounts
    from payment_parts where payment_id = p.id
  ) parts`
