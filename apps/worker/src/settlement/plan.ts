import { MAX_BATCHES, MAX_PAYOUTS_PER_BATCH, type Payout, splitIntoBatches } from '@rivulet/contracts'
import type { PayoutWithdrawal } from '@rivulet/economy'
import type { PlannedPayout } from './leaves.ts'

/** No more withdrawals than this are looked at for one epoch; there can be no more recipients. */
export const MAX_WITHDRAWALS = MAX_BATCHES * MAX_PAYOUTS_PER_BATCH

export type PayoutPlan = {
  /** The withdrawals that this epoch pays in batches, and those it authorises; each oldest first. */
  pushed: PayoutWithdrawal[]
  pulled: PayoutWithdrawal[]
  /** One that is not taken whole: so much of it is taken (in nano), and the rest waits. Among the above with its part. */
  divided?: { withdrawal: PayoutWithdrawal; part: bigint }
  /** Recipients of each batch, each address once in the epoch; amounts in token units. */
  batches: Payout[][]
  byAddress: Map<string, PlannedPayout>
  /** Of all batches, in token units. */
  total: bigint
  /** Larger than what an epoch may pay at all: they wait for another limit. */
  tooLarge: PayoutWithdrawal[]
}

/**
 * Chooses what an epoch lets out: the oldest withdrawals first, as long as the sum of both lanes stays within the vault's
 * outflow limit; what is pushed to one address is added up.
 *
 * @param requested in the order in which they are served
 * @param limit token units
 * @param unit nano in a token unit
 */
export function planPayouts(requested: readonly PayoutWithdrawal[], limit: bigint, unit: bigint): PayoutPlan {
  const { taken, divided } = withinLimit(requested, limit * unit)
  const { push: pushed = [], pull: pulled = [] } = Object.groupBy(taken, (w) => w.lane)
  const batches = splitIntoBatches(addUp(pushed, unit))
  const byAddress = new Map(
    batches.flatMap((batch, i) => batch.map((p) => [p.account, { amount: p.amount, batch: i }] as const)),
  )
  return {
    ...{ pushed, pulled, batches, byAddress },
    ...(divided ? { divided } : {}),
    tooLarge: requested.filter((w) => !w.forced && w.amount > limit * unit),
    total: batches.flat().reduce((sum, p) => sum + p.amount, 0n),
  }
}

/**
 * Nobody overtakes: a large one that finds no room has the next epoch's first place. A forced exit takes what room there
 * is: it must not wait for a limit that it fits in.
 */
function withinLimit(
  requested: readonly PayoutWithdrawal[],
  limit: bigint,
): { taken: PayoutWithdrawal[]; divided?: NonNullable<PayoutPlan['divided']> } {
  const taken: PayoutWithdrawal[] = []
  let room = limit
  for (const withdrawal of requested) {
    if (withdrawal.amount > limit && !withdrawal.forced) continue
    if (withdrawal.amount > room && withdrawal.forced && room > 0n)
      return { taken: [...taken, { ...withdrawal, amount: room }], divided: { withdrawal, part: room } }
    if (withdrawal.amount > room) break
    room -= withdrawal.amount
    taken.push(withdrawal)
  }
  return { taken }
}

function addUp(withdrawals: readonly PayoutWithdrawal[], unit: bigint): Payout[] {
  const sums = new Map<string, bigint>()
  for (const { to, amount } of withdrawals) sums.set(to, (sums.get(to) ?? 0n) + amount / unit)
  return [...sums].map(([account, amount]) => ({ account, amount }))
}
