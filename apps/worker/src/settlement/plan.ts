import { MAX_BATCHES, MAX_PAYOUTS_PER_BATCH, type Payout, splitIntoBatches } from '@rivulet/contracts'
import type { PayoutWithdrawal } from '@rivulet/economy'
import type { PlannedPayout } from './leaves.ts'

/** No more withdrawals than this are looked at for one epoch; there can be no more recipients. */
export const MAX_WITHDRAWALS = MAX_BATCHES * MAX_PAYOUTS_PER_BATCH

export type PayoutPlan = {
  /** The withdrawals that this epoch pays, oldest first. */
  taken: PayoutWithdrawal[]
  /** Recipients of each batch, each address once in the epoch; amounts in token units. */
  batches: Payout[][]
  byAddress: Map<string, PlannedPayout>
  total: bigint
  /** Larger than what an epoch may pay at all: they wait for another limit. */
  tooLarge: PayoutWithdrawal[]
}

/**
 * Chooses what an epoch pays: the oldest withdrawals first, as long as their sum stays within the vault's outflow
 * limit, payouts to one address added up.
 *
 * @param limit token units
 * @param unit nano in a token unit
 */
export function planPayouts(requested: readonly PayoutWithdrawal[], limit: bigint, unit: bigint): PayoutPlan {
  const taken = withinLimit(requested, limit * unit)
  const batches = splitIntoBatches(addUp(taken, unit))
  const byAddress = new Map(
    batches.flatMap((batch, i) => batch.map((p) => [p.account, { amount: p.amount, batch: i }] as const)),
  )
  return {
    ...{ taken, batches, byAddress },
    tooLarge: requested.filter((w) => w.amount > limit * unit),
    total: batches.flat().reduce((sum, p) => sum + p.amount, 0n),
  }
}

/** Nobody overtakes: a large one that finds no room has the next epoch's first place. */
function withinLimit(requested: readonly PayoutWithdrawal[], limit: bigint): PayoutWithdrawal[] {
  const taken: PayoutWithdrawal[] = []
  let total = 0n
  for (const withdrawal of requested) {
    if (withdrawal.amount > limit) continue
    total += withdrawal.amount
    if (total > limit) break
    taken.push(withdrawal)
  }
  return taken
}

function addUp(withdrawals: readonly PayoutWithdrawal[], unit: bigint): Payout[] {
  const sums = new Map<string, bigint>()
  for (const { to, amount } of withdrawals) sums.set(to, (sums.get(to) ?? 0n) + amount / unit)
  return [...sums].map(([account, amount]) => ({ account, amount }))
}
