import { MAX_BATCHES, MAX_PAYOUTS_PER_BATCH, type Payout, splitIntoBatches } from '@rivulet/contracts'
import type { PayoutWithdrawal } from '@rivulet/economy'
import type { PlannedPayout } from './leaves.ts'

/** No more withdrawals than this are looked at for one epoch; there can be no more recipients. */
export const MAX_WITHDRAWALS = MAX_BATCHES * MAX_PAYOUTS_PER_BATCH

/** Whether the token would take a payout now. */
export type Accepts = (payout: Payout) => Promise<boolean>

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
 * The vault reverts a batch of several that are all refused, as it takes the token to be stopped. So that two refusing
 * recipients cannot hold up an epoch, a batch in which nobody would be paid is taken apart into batches of one, which
 * the vault notes as owed. Where the token takes nothing at all, nothing is chosen.
 *
 * @param limit token units
 * @param unit nano in a token unit
 * @param isRunning whether the token moves anything at all
 */
export async function planPayouts(
  requested: readonly PayoutWithdrawal[],
  limit: bigint,
  unit: bigint,
  accepts: Accepts,
  isRunning: () => Promise<boolean>,
): Promise<PayoutPlan> {
  const tooLarge = requested.filter((w) => w.amount > limit * unit)
  const within = withinLimit(requested, limit * unit)
  const batches = await separateRefused(splitIntoBatches(addUp(within, unit)), accepts, isRunning)
  const byAddress = new Map(
    batches.flatMap((batch, i) => batch.map((p) => [p.account, { amount: p.amount, batch: i }] as const)),
  )
  return {
    ...{ batches, byAddress, tooLarge },
    taken: within.filter((w) => byAddress.has(w.to)),
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

async function separateRefused(
  batches: Payout[][],
  accepts: Accepts,
  isRunning: () => Promise<boolean>,
): Promise<Payout[][]> {
  const paying: Payout[][] = []
  const refused: Payout[] = []
  for (const batch of batches) {
    if (await someIsPaid(batch, accepts)) paying.push(batch)
    else refused.push(...batch)
  }
  if (refused.length === 0) return paying
  if (!(await isRunning())) return []
  // Those beyond the last batch number wait for the next epoch.
  return [...paying, ...refused.slice(0, MAX_BATCHES - paying.length).map((payout) => [payout])]
}

async function someIsPaid(batch: readonly Payout[], accepts: Accepts): Promise<boolean> {
  for (const payout of batch) if (await accepts(payout)) return true
  return false
}
