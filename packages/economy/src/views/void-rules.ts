import { amountOf, splitByWeight } from '@rivulet/ledger'

/** What a campaign's voided views had cost, and what of it is taken back from pending money; nano. */
export type VoidedCost = {
  campaignId: string
  /** Parts of viewer and authors that are still pending, and those that have cleared. */
  pending: bigint
  cleared: bigint
  budget: bigint
  platform: bigint
}

/** Where the money comes from, of each campaign; nano. */
export type VoidShare = VoidedCost & { fromBudget: bigint; fromRevenue: bigint }

/**
 * Who gives what back. From the budget as much as it has, which is what is left of it and what is taken back of its
 * credits; from the platform its own part, and all that cannot be had elsewhere. Should even that not suffice, each
 * campaign lacks in proportion, and `missing` says how much.
 *
 * @param had nano in the budget, and in `platform:revenue`
 */
export function shareVoid(
  costs: readonly VoidedCost[],
  had: { budget: bigint; revenue: bigint },
): { shares: VoidShare[]; returned: bigint; borne: bigint; missing: bigint } {
  const fromBudget = shared(
    had.budget,
    costs.map((cost) => cost.budget),
  )
  const owed = costs.map((cost, i) => cost.cleared + cost.platform + cost.budget - fromBudget[i]!)
  const fromRevenue = shared(had.revenue, owed)
  const shares = costs.map((cost, i) => ({
    ...cost,
    fromBudget: fromBudget[i]!,
    fromRevenue: fromRevenue[i]!,
  }))
  const sum = (part: (share: VoidShare) => bigint) => shares.reduce((all, share) => all + part(share), 0n)
  const paid = sum((share) => share.fromRevenue)
  const own = sum((share) => share.platform)
  return {
    shares,
    returned: sum((share) => share.pending + share.fromBudget + share.fromRevenue),
    borne: paid > own ? paid - own : 0n,
    missing: owed.reduce((all, amount) => all + amount, 0n) - paid,
  }
}

/** As much of each wish as there is for all: everything, or in proportion. */
function shared(had: bigint, wishes: readonly bigint[]): bigint[] {
  const all = wishes.reduce((sum, wish) => sum + wish, 0n)
  return all <= had ? [...wishes] : splitByWeight(amountOf(had), wishes)
}

/** The first of these credits, newest first, whose sum covers what is needed: whole credits, so often a little more. */
export function creditsCovering<C extends { gross: bigint }>(newestFirst: readonly C[], need: bigint): C[] {
  const taken: C[] = []
  let sum = 0n
  for (const credit of newestFirst) {
    if (sum >= need) break
    taken.push(credit)
    sum += credit.gross
  }
  return taken
}
