import type { Pool, Tx } from '@rivulet/db'
import type { Payment } from '../payments/pay.ts'
import { literal } from '../sql.ts'
import type { Interval } from './rules.ts'

export type SubscriptionStatus = 'active' | 'past_due' | 'cancelled'

export type Subscription = {
  id: string
  payerId: string
  receiverId: string
  /** Nano a charge. */
  amount: bigint
  interval: Interval
  status: SubscriptionStatus
  /** Charges so far; the next has this number. */
  charges: number
  /** Attempts at the next charge that failed. */
  failures: number
  anchorAt: Date
  nextAt: Date
  createdAt: Date
  cancelledAt: Date | null
}

/** A charge that was made; amount = fee + what arrived, in nano. */
export type Charge = {
  id: string
  ordinal: number
  amount: bigint
  fee: bigint
  createdAt: Date
}

const COLUMNS = `id, payer_id as "payerId", receiver_id as "receiverId", amount, "interval", status, charges, failures,
  anchor_at as "anchorAt", next_at as "nextAt", created_at as "createdAt", cancelled_at as "cancelledAt"`

const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** A member's subscriptions, newest first. @param before the id of the last of the page before */
export async function subscriptionsOf(
  db: Pool | Tx,
  payerId: string,
  { id = null, before, take }: { id?: string | null; before?: string | undefined; take: number },
): Promise<Subscription[]> {
  const { rows } = await db.query<Subscription>({
    name: 'subscriptions-of',
    text: `select ${COLUMNS} from subscriptions
           where payer_id = $1 and ($2::uuid is null or id = $2) and id < $3 order by id desc limit $4`,
    values: [payerId, id, before ?? LAST, take],
  })
  return rows
}

/** The charges of a subscription, newest first. @param before the ordinal of the last of the page before */
export async function chargesOf(
  pool: Pool,
  subscriptionId: string,
  { before, take }: { before: number | undefined; take: number },
): Promise<Charge[]> {
  const { rows } = await pool.query<Charge>({
    name: 'charges-of',
    text: `select id, ordinal, amount, fee, created_at as "createdAt" from subscription_charges
           where subscription_id = $1 and ordinal < $2 order by ordinal desc limit $3`,
    values: [subscriptionId, before ?? 2_147_483_647, take],
  })
  return rows
}

/** Which of these members have a standing subscription to whom, how many they have at all, and what time it is. */
export async function standing(
  tx: Tx,
  pairs: { payerId: string; receiverId: string }[],
): Promise<{ now: Date; exists: boolean[]; counts: number[] }> {
  const { rows } = await tx.query<{ now: Date; exists: boolean; count: number }>({
    name: 'standing-subscriptions',
    text: `select now()::timestamptz(3) as now,
                  exists (select from subscriptions s where s.payer_id = p.payer and s.receiver_id = p.receiver
                          and s.status <> 'cancelled') as exists,
                  (select count(*)::int from subscriptions s
                   where s.payer_id = p.payer and s.status <> 'cancelled') as count
           from unnest($1::uuid[], $2::uuid[]) with ordinality as p (payer, receiver, i) order by p.i`,
    values: [literal(pairs.map((p) => p.payerId)), literal(pairs.map((p) => p.receiverId))],
  })
  return {
    now: rows[0]?.now ?? new Date(),
    exists: rows.map((row) => row.exists),
    counts: rows.map((row) => row.count),
  }
}

/** Begins subscriptions whose first charge is paid. */
export async function insertSubscriptions(tx: Tx, subscriptions: Subscription[]): Promise<void> {
  if (subscriptions.length === 0) return
  await tx.query({
    name: 'insert-subscriptions',
    text: `insert into subscriptions (id, payer_id, receiver_id, amount, "interval", charges, anchor_at, next_at,
                                      created_at)
           select s.id, s.payer, s.receiver, s.amount, s.interval, 1, s.anchor, s.next, s.anchor
           from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::subscription_interval[],
                       $6::timestamptz[], $7::timestamptz[]) as s (id, payer, receiver, amount, interval, anchor, next)`,
    values: [
      literal(subscriptions.map((s) => s.id)),
      literal(subscriptions.map((s) => s.payerId)),
      literal(subscriptions.map((s) => s.receiverId)),
      literal(subscriptions.map((s) => s.amount)),
      literal(subscriptions.map((s) => s.interval)),
      literal(subscriptions.map((s) => s.anchorAt.toISOString())),
      literal(subscriptions.map((s) => s.nextAt.toISOString())),
    ],
  })
}

/** Locks subscriptions that are due now, those first that have waited longest. Locked ones are another worker's. */
export async function lockDue(tx: Tx, limit: number): Promise<{ now: Date; due: Subscription[] }> {
  const { rows } = await tx.query<Subscription & { now: Date }>({
    name: 'lock-due-subscriptions',
    text: `select ${COLUMNS}, now()::timestamptz(3) as now from subscriptions
           where status = 'active' and next_at <= now()
           order by next_at, id limit $1 for update skip locked`,
    values: [limit],
  })
  return { now: rows[0]?.now ?? new Date(), due: rows.map(({ now: _now, ...one }) => one) }
}

/** Locks these subscriptions of these payers, in the order of their ids. */
export async function lockOwn(
  tx: Tx,
  wishes: { id: string; payerId: string }[],
): Promise<{ now: Date; own: Map<string, Subscription> }> {
  const { rows } = await tx.query<Subscription & { now: Date }>({
    name: 'lock-own-subscriptions',
    text: `select ${COLUMNS}, now()::timestamptz(3) as now from subscriptions
           where (id, payer_id) in (select * from unnest($1::uuid[], $2::uuid[])) order by id for update`,
    values: [literal(wishes.map((wish) => wish.id)), literal(wishes.map((wish) => wish.payerId))],
  })
  return {
    now: rows[0]?.now ?? new Date(),
    own: new Map(rows.map(({ now: _now, ...one }) => [one.id, one])),
  }
}

/** Writes how these subscriptions stand after an attempt at a charge. Their rows are locked. */
export async function updateSubscriptions(tx: Tx, changed: Subscription[]): Promise<void> {
  if (changed.length === 0) return
  await tx.query({
    name: 'update-subscriptions',
    text: `update subscriptions s
           set status = c.status, charges = c.charges, failures = c.failures, anchor_at = c.anchor, next_at = c.next
           from unnest($1::uuid[], $2::subscription_status[], $3::int[], $4::int[], $5::timestamptz[],
                       $6::timestamptz[]) as c (id, status, charges, failures, anchor, next)
           where s.id = c.id`,
    values: [
      literal(changed.map((s) => s.id)),
      literal(changed.map((s) => s.status)),
      literal(changed.map((s) => s.charges)),
      literal(changed.map((s) => s.failures)),
      literal(changed.map((s) => s.anchorAt.toISOString())),
      literal(changed.map((s) => s.nextAt.toISOString())),
    ],
  })
}

/** Ends a subscription of this member's; ending it again changes nothing. @returns undefined when it is not theirs */
export async function markCancelled(
  tx: Tx,
  { id, payerId }: { id: string; payerId: string },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update subscriptions set status = 'cancelled', cancelled_at = coalesce(cancelled_at, now())
     where id = $1 and payer_id = $2`,
    [id, payerId],
  )
  return rowCount === 1
}

export type PlannedCharge = Payment & { subscriptionId: string; ordinal: number }

/** Writes charges that were paid. The database refuses a second one of the same number. */
export async function insertCharges(tx: Tx, ruleVersion: number, charges: PlannedCharge[]): Promise<void> {
  if (charges.length === 0) return
  await tx.query({
    name: 'insert-charges',
    text: `insert into subscription_charges (id, subscription_id, ordinal, amount, fee, rule_version, created_at)
           select c.*, $6::int, now()
           from unnest($1::uuid[], $2::uuid[], $3::int[], $4::bigint[], $5::bigint[]) as c`,
    values: [
      literal(charges.map((c) => c.id)),
      literal(charges.map((c) => c.subscriptionId)),
      literal(charges.map((c) => c.ordinal)),
      literal(charges.map((c) => c.amount)),
      literal(charges.map((c) => c.fee)),
      ruleVersion,
    ],
  })
}
