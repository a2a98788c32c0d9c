import type { Tx } from '@rivulet/db'
import { literal } from '../sql.ts'
import type { Bar, PaymentPart } from './rules.ts'

/** Whom a post's money goes to. */
export type PayablePost = {
  id: string
  authorId: string
  splits: { memberId: string; bps: number }[]
  /** Nano to unlock the text; null: open to all. */
  price: bigint | null
}

/** The posts that are there, by id. */
export async function postsToPay(tx: Tx, postIds: string[]): Promise<Map<string, PayablePost>> {
  if (postIds.length === 0) return new Map()
  const { rows } = await tx.query<
    Omit<PayablePost, 'splits'> & { members: string[] | null; bps: number[] | null }
  >({
    name: 'posts-to-pay',
    text: `select id, author_id as "authorId", split_members::text[] as members, split_bps as bps, price from posts
           where id = any($1::uuid[]) and deleted_at is null`,
    values: [literal(postIds)],
  })
  return new Map(
    rows.map(({ members, bps, ...post }) => [
      post.id,
      {
        ...post,
        splits: (members ?? []).map((memberId, i) => ({ memberId, bps: (bps ?? [])[i] as number })),
      },
    ]),
  )
}

/** Who may not be paid by whom, and who may not pay. */
export type Bars = {
  /** Why nobody may be paid by this payer, by receiver. */
  of(payerId: string): ReadonlyMap<string, Bar>
  isSuspended(memberId: string): boolean
}

/** Looks up what stands between payers and receivers, for many pairs in two statements. */
export async function barsBetween(tx: Tx, pairs: { payerId: string; receiverId: string }[]): Promise<Bars> {
  const people = [...new Set(pairs.flatMap(({ payerId, receiverId }) => [payerId, receiverId]))]
  if (people.length === 0) return { of: () => new Map(), isSuspended: () => false }
  const members = await tx.query<{ id: string; suspended: boolean }>({
    name: 'members-to-pay',
    text: `select id, suspended_at is not null as suspended from members
           where id = any($1::uuid[]) and deleted_at is null`,
    values: [literal(people)],
  })
  const blocks = await tx.query<{ payer: string; receiver: string }>({
    name: 'blocks-between',
    text: `select p.payer, p.receiver from unnest($1::uuid[], $2::uuid[]) as p (payer, receiver)
           where exists (select from blocks where blocker_id = p.payer and blocked_id = p.receiver)
              or exists (select from blocks where blocker_id = p.receiver and blocked_id = p.payer)`,
    values: [literal(pairs.map((p) => p.payerId)), literal(pairs.map((p) => p.receiverId))],
  })
  const suspended = new Map(members.rows.map((row) => [row.id, row.suspended]))
  const blocked = new Set(blocks.rows.map(({ payer, receiver }) => `${payer}/${receiver}`))
  const barOf = (payerId: string, receiverId: string): Bar | undefined => {
    if (!suspended.has(receiverId)) return 'member_not_found'
    if (blocked.has(`${payerId}/${receiverId}`)) return 'blocked'
    return suspended.get(receiverId) ? 'suspended' : undefined
  }
  const bars = new Map<string, Map<string, Bar>>()
  for (const { payerId, receiverId } of pairs) {
    const bar = barOf(payerId, receiverId)
    const own = bars.get(payerId) ?? new Map<string, Bar>()
    bars.set(payerId, bar ? own.set(receiverId, bar) : own)
  }
  return {
    of: (payerId) => bars.get(payerId) ?? new Map(),
    isSuspended: (memberId) => suspended.get(memberId) ?? false,
  }
}

/** Writes who had what of payments; (id, leg) are those of the transfers. */
export async function insertParts(tx: Tx, payments: { id: string; parts: PaymentPart[] }[]): Promise<void> {
  const rows = payments.flatMap(({ id, parts }) => parts.map((part, leg) => ({ id, leg, ...part })))
  if (rows.length === 0) return
  await tx.query({
    name: 'insert-payment-parts',
    text: `insert into payment_parts (payment_id, leg, receiver_id, amount)
           select * from unnest($1::uuid[], $2::int[], $3::uuid[], $4::bigint[])`,
    values: [
      literal(rows.map((row) => row.id)),
      literal(rows.map((row) => row.leg)),
      literal(rows.map((row) => row.memberId)),
      literal(rows.map((row) => row.amount)),
    ],
  })
}

/** Adds to what posts have earned. Their rows are locked in the order of their ids. */
export async function addToPosts(tx: Tx, sums: { postId: string; amount: bigint }[]): Promise<void> {
  const earned = new Map<string, bigint>()
  for (const { postId, amount } of sums) earned.set(postId, (earned.get(postId) ?? 0n) + amount)
  const ids = [...earned.keys()]
  if (ids.length === 0) return
  await tx.query('select 1 from posts where id = any($1::uuid[]) order by id for no key update', [ids])
  await tx.query(
    `update posts set earned = posts.earned + t.net from unnest($1::uuid[], $2::bigint[]) as t (id, net)
     where posts.id = t.id`,
    [ids, [...earned.values()]],
  )
}
