import { ledgerOf, newId, type Tx } from '@rivulet/db'
import { type Amount, amountOf, type Transfer } from '@rivulet/ledger'
import { memberAccount, REVENUE, STREAMS } from '../chart.ts'
import { addEarnings } from '../earnings/add-earnings.ts'
import type { Rules } from '../rules.ts'
import { splitTip } from './rules.ts'

export type TipInput = {
  payerId: string
  to: { postId: string } | { memberId: string }
  /** Nano. */
  amount: Amount
  message?: string | undefined
  /** Hidden from the receiver's public; never from the books. */
  anonymous?: boolean | undefined
}

export type Tip = {
  id: string
  amount: bigint
  fee: bigint
  net: bigint
  parts: { memberId: string; amount: bigint }[]
  createdAt: Date
}

export type TipResult =
  | { ok: true; tip: Tip }
  | {
      ok: false
      code: 'post_not_found' | 'member_not_found' | 'self_tip' | 'below_minimum' | 'insufficient_funds'
    }

type Planned = {
  id: string
  input: TipInput
  postId: string | null
  receiverId: string
  fee: Amount
  net: Amount
}

/**
 * Moves tips from the payers' `available` to the receivers' `available`, less the fee.
 *
 * The batch answers as its inputs would one after another. Repeating an input tips again: who must not tip twice
 * guards it with an idempotency key in the same transaction.
 */
export async function tip(tx: Tx, rules: Rules, inputs: TipInput[]): Promise<TipResult[]> {
  const receivers = await receiversOf(tx, inputs)
  const plans = inputs.map((input, i) => planTip(input, receivers[i], rules))
  const planned = plans.filter((plan) => 'id' in plan)

  const transfers = planned.map(transfersOf)
  const answers = await ledgerOf(tx).post(transfers.flat())
  let next = 0
  const paid = new Set(
    planned.filter((_, i) => {
      const own = answers.slice(next, next + (transfers[i]?.length ?? 0))
      next += own.length
      if (own.some((a) => a !== 'ok' && a !== 'insufficient' && a !== 'linked_failed'))
        throw new Error(`a tip was answered ${own.join()}`)
      return own.every((a) => a === 'ok')
    }),
  )
  const createdAt = await insertTips(tx, [...paid])
  await addToPosts(tx, [...paid])
  await addEarnings(
    tx,
    [...paid].map(({ receiverId, net }) => ({ memberId: receiverId, stream: 'tip', amount: net })),
  )

  return plans.map((plan): TipResult => {
    if (!('id' in plan)) return plan
    if (!paid.has(plan)) return { ok: false, code: 'insufficient_funds' }
    const { id, fee, net, receiverId, input } = plan
    const parts = [{ memberId: receiverId, amount: net }]
    return { ok: true, tip: { id, amount: input.amount, fee, net, parts, createdAt } }
  })
}

function planTip(
  input: TipInput,
  receiverId: string | undefined,
  rules: Rules,
): Planned | Extract<TipResult, { ok: false }> {
  const postId = 'postId' in input.to ? input.to.postId : null
  if (!receiverId) return { ok: false, code: postId ? 'post_not_found' : 'member_not_found' }
  if (receiverId === input.payerId) return { ok: false, code: 'self_tip' }
  const { fee, net } = splitTip(input.amount, rules.fees.tipBps)
  if (net === 0n) return { ok: false, code: 'below_minimum' }
  return { id: newId(), input, postId, receiverId, fee, net }
}

function transfersOf({ id, input, receiverId, fee, net }: Planned): Transfer[] {
  const debit = memberAccount(input.payerId, 'available')
  const credit = memberAccount(receiverId, 'available')
  const toReceiver = { id, leg: 0, debit, credit, amount: net, code: STREAMS.tip }
  const toPlatform = { id, leg: 1, debit, credit: REVENUE, amount: fee, code: STREAMS.fee }
  return fee > 0n ? [toReceiver, toPlatform] : [toReceiver]
}

async function receiversOf(tx: Tx, inputs: TipInput[]): Promise<(string | undefined)[]> {
  const postIds = inputs.flatMap((i) => ('postId' in i.to ? [i.to.postId] : []))
  const memberIds = inputs.flatMap((i) => ('memberId' in i.to ? [i.to.memberId] : []))
  const rows = await tx.query<{ target: string; receiver: string }>(
    `select 'post ' || id as target, author_id as receiver from posts
     where id = any($1::uuid[]) and deleted_at is null
     union all
     select 'member ' || id, id from members where id = any($2::uuid[])`,
    [postIds, memberIds],
  )
  const receiverOf = new Map(rows.rows.map((row) => [row.target, row.receiver]))
  return inputs.map((i) =>
    receiverOf.get('postId' in i.to ? `post ${i.to.postId}` : `member ${i.to.memberId}`),
  )
}

async function insertTips(tx: Tx, tips: Planned[]): Promise<Date> {
  const rows = await tx.query<{ now: Date }>(
    `with inserted as (
       insert into tips (id, payer_id, post_id, receiver_id, amount, fee, message, anonymous, created_at)
       select t.*, now() from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[],
                                     $7::text[], $8::boolean[]) as t
     )
     select now() as now`,
    [
      tips.map((t) => t.id),
      tips.map((t) => t.input.payerId),
      tips.map((t) => t.postId),
      tips.map((t) => t.receiverId),
      tips.map((t) => t.input.amount),
      tips.map((t) => t.fee),
      tips.map((t) => t.input.message ?? null),
      tips.map((t) => t.input.anonymous ?? false),
    ],
  )
  return rows.rows[0]?.now ?? new Date()
}

async function addToPosts(tx: Tx, tips: Planned[]): Promise<void> {
  const earned = new Map<string, bigint>()
  for (const { postId, net } of tips) if (postId) earned.set(postId, (earned.get(postId) ?? 0n) + net)
  const ids = [...earned.keys()].sort()
  if (ids.length === 0) return
  await tx.query('select 1 from posts where id = any($1::uuid[]) order by id for no key update', [ids])
  await tx.query(
    `update posts set earned = posts.earned + t.net from unnest($1::uuid[], $2::bigint[]) as t(id, net)
     where posts.id = t.id`,
    [ids, ids.map((id) => amountOf(earned.get(id) ?? 0n))],
  )
}
