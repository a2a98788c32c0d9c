import type { Economy } from '../../packages/economy/test/model/economy.ts'
import { networkOf, ONE, STRATEGIES } from './network.ts'
import { fiveRules } from './rules.ts'

/** Of one rule, the ring's profit in each column, in nano: the best of all strategies. */
export type LikesRow = { rule: string; ours: boolean; profits: bigint[] }
export type LikesTable = { columns: { ring: number; own: bigint }[]; rows: LikesRow[] }

export type Size = { honest: number; rings: readonly number[] }
export const FULL: Size = { honest: 1_000, rings: [10, 100, 1_000] }
export const SMALL: Size = { honest: 60, rings: [2, 5, 20] }

const SEED = 20_261_128

/** Plays every ring under every rule. */
export function playLikes({ honest, rings }: Size, Model?: typeof Economy): LikesTable {
  const columns = [0n, ONE].flatMap((own) => rings.map((ring) => ({ ring, own })))
  const networks = columns.map(({ ring, own }) =>
    STRATEGIES.map((strategy) => networkOf({ honest, ring, own, strategy, seed: SEED })),
  )
  const rows = fiveRules(Model).map(([rule, payout]): LikesRow => {
    const profits = networks.map((strategies) =>
      strategies.map(payout).reduce((best, profit) => (profit > best ? profit : best)),
    )
    return { rule, ours: rule.startsWith('ours'), profits }
  })
  return { columns, rows }
}

/** 1 when a ring gains under a rule of ours, else 0. */
export function exitCodeOf({ rows }: LikesTable): 0 | 1 {
  return rows.some(({ ours, profits }) => ours && profits.some((profit) => profit > 0n)) ? 1 : 0
}
