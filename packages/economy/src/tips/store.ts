import type { Pool, Tx } from '@rivulet/db'
import type { Payment } from '../payments/pay.ts'

export type PlannedTip = Payment & {
  /** The member, or the author of the post. */
  receiverId: string
  message: string | null
  anonymous: boolean
}

/** Writes tips that were paid. @returns when: the transaction's own time */
export async function insertTips(tx: Tx, ruleVersion: number, tips: PlannedTip[]): Promise<Date> {
  const rows = await tx.query<{ now: Date }>(
    `with inserted as (
       insert into tips (id, payer_id, post_id, receiver_id, amount, fee, message, anonymous, rule_version, created_at)
       select t.*, $9, now()
       from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[], $7::text[],
                   $8::boolean[]) as t
     )
     select now()::timestamptz(3) as now`,
    [
      tips.map((t) => t.id),
      tips.map((t) => t.payerId),
      tips.map((t) => t.postId),
      tips.map((t) => t.receiverId),
      tips.map((t) => t.amount),
      tips.map((t) => t.fee),
      tips.map((t) => t.message),
      tips.map((t) => t.anonymous),
      ruleVersion,
    ],
  )
  return rows.rows[0]?.now ?? new Date()
}

/** A tip as others see it. */
export type ReceivedTip = {
  id: string
  postId: string | null
  /** Null: anonymous to this viewer. */
  from: { id: string; handle: string | null; displayName: string; address: string } | null
  amount: bigint
  message: string | null
  createdAt: Date
}

/**
 * Tips on a post, or to a member by themselves and on their posts; newest first. Who gave one anonymously is told to
 * themselves and to its receiver only.
 *
 * @param before the id of the last tip of the page before
 */
export async function tipsTo(
  pool: Pool,
  to: { postId: string } | { memberId: string },
  { viewerId, before, take }: { viewerId: string | null; before: string | undefined; take: number },
): Promise<ReceivedTip[]> {
  const [column, id] = 'postId' in to ? ['post_id', to.postId] : ['receiver_id', to.memberId]
  const { rows } = await pool.query<ReceivedTip>({
    name: `tips-by-${column}`,
    text: `select t.id, t.post_id as "postId", t.amount, t.message, t.created_at as "createdAt",
                  case when not t.anonymous or t.payer_id = $2::uuid or t.receiver_id = $2::uuid then
                    json_build_object('id', m.id, 'handle', m.handle, 'displayName', m.display_name,
                                      'address', m.address) end as from
           from tips t join members m on m.id = t.payer_id
           where t.${column} = $1 and t.id < $3 order by t.id desc limit $4`,
    values: [id, viewerId, before ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff', take],
  })
  return rows
}
