import type { Tx } from '@rivulet/db'
import { literal } from '../sql.ts'

/** SQL: whether the member of this row may earn and act: neither suspended nor deleted. */
export const inGoodStanding = (members: string) =>
  `${members}.suspended_at is null and ${members}.deleted_at is null`

/**
 * SQL of a subquery that has a row when one of the two has blocked the other. Nobody blocks themselves, so that naming
 * both on both sides is exact: one walk down the primary key.
 */
export const blockBetween = (one: string, other: string) =>
  `select true as found from blocks
   where blocker_id = any (array[${one}, ${other}]) and blocked_id = any (array[${one}, ${other}]) limit 1`

/** Somebody who pays, and whom they would pay. */
export type Payment = { payerId: string; receiverIds: readonly string[] }

/**
 * Of each payment, the receivers who may not earn from its payer: blocked in either direction, suspended or deleted.
 * That nobody earns from themselves is `chargedParts`' to say. One statement whatever the number; ids of no member are
 * barred.
 */
export async function barredFrom(
  tx: Pick<Tx, 'query'>,
  payments: readonly Payment[],
): Promise<Set<string>[]> {
  const barred = payments.map(() => new Set<string>())
  const pairs = payments.flatMap(({ payerId, receiverIds }, place) =>
    receiverIds.map((receiverId) => ({ place, payerId, receiverId })),
  )
  if (pairs.length === 0) return barred
  const { rows } = await tx.query({
    name: 'barred-from',
    text: BARRED,
    values: [literal(pairs.map((pair) => pair.payerId)), literal(pairs.map((pair) => pair.receiverId))],
  })
  for (const { pair } of rows as { pair: number }[]) {
    const { place, receiverId } = pairs[pair - 1]!
    barred[place]!.add(receiverId)
  }
  return barred
}

// Lateral and limited to one row, each is one walk down an index.
const BARRED = `
  select w.pair::int
  from unnest($1::uuid[], $2::uuid[]) with ordinality as w (payer, receiver, pair)
    left join lateral (
      select ${inGoodStanding('m')} as good from members m where m.id = w.receiver limit 1
    ) m on true
    left join lateral (${blockBetween('w.payer', 'w.receiver')}) b on true
  where m.good is not true or b.found`

/** Why a member may not deal with another. */
export type Refusal = 'suspended' | 'blocked'

/**
 * Whether members may do something to others at all: act on their posts, follow, tip, subscribe, unlock. A suspended or
 * deleted member may do nothing; the two of a blocked pair nothing to each other. One statement whatever the number.
 *
 * @returns of each pair why not; undefined when they may
 */
export async function refusedBetween(
  tx: Pick<Tx, 'query'>,
  pairs: readonly { actorId: string; otherId: string }[],
): Promise<(Refusal | undefined)[]> {
  if (pairs.length === 0) return []
  const { rows } = await tx.query({
    name: 'refused-between',
    text: REFUSED,
    values: [literal(pairs.map((pair) => pair.actorId)), literal(pairs.map((pair) => pair.otherId))],
  })
  const refusals = new Map((rows as { pair: number; refusal: Refusal }[]).map((r) => [r.pair, r.refusal]))
  return pairs.map((_, i) => refusals.get(i + 1))
}

const REFUSED = `
  select w.pair::int, case when m.good is not true then 'suspended' else 'blocked' end as refusal
  from unnest($1::uuid[], $2::uuid[]) with ordinality as w (actor, other, pair)
    left join lateral (
      select ${inGoodStanding('m')} as good from members m where m.id = w.actor limit 1
    ) m on true
    left join lateral (${blockBetween('w.actor', 'w.other')}) b on true
  where m.good is not true or b.found`
