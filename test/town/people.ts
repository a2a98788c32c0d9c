/** Numbers that look like chance and are the same in every run: a linear congruential generator. */
export function diceOf(seed: number) {
  let state = BigInt(seed)
  const next = (below: number): number => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n
    return Number((state >> 33n) % BigInt(below))
  }
  return {
    below: next,
    pick: <T>(from: readonly T[]): T => from[next(from.length)] as T,
    /** Whether something happens that does so many times in a hundred. */
    happens: (percent: number) => next(100) < percent,
  }
}

export type Dice = ReturnType<typeof diceOf>

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name} ${String(i + 1).padStart(2, '0')}`)

export const SPONSORS = numbered('sponsor', 3)
/** They write what others read. */
export const AUTHORS = numbered('author', 20)
/** They share it. */
export const SHARERS = numbered('sharer', 10)
export const READERS = numbered('reader', 27)
export const EVERYBODY = [...SPONSORS, ...AUTHORS, ...SHARERS, ...READERS]

const DOLLAR = 1_000_000_000n

/** What everybody has deposited before the day begins: dollars and some odd units of the token. */
export function depositsOf(dice: Dice): Map<string, bigint> {
  return new Map(
    EVERYBODY.map((who, i) => [
      who,
      (i < SPONSORS.length ? 30n : 8n) * DOLLAR + BigInt(dice.below(1_000_000)) * 1_000n,
    ]),
  )
}

export type Post = {
  name: string
  author: string
  /** Everybody it earns for. */
  authors: string[]
  price: bigint
}

/** A campaign, and what it pays for a view: prices that cannot be divided evenly. */
export const CAMPAIGNS = [
  { sponsor: 'sponsor 01', name: 'boats', budget: 2n * DOLLAR, price: 10_000_001n },
  { sponsor: 'sponsor 02', name: 'tea', budget: 3n * DOLLAR, price: 33_333_333n },
  { sponsor: 'sponsor 03', name: 'maps', budget: DOLLAR, price: 7_777_779n, tags: ['travel'] },
]

/** Whoever blocks whom, before anybody likes anything. */
export const BLOCKS: [string, string][] = [
  ['reader 01', 'author 02'],
  ['author 03', 'reader 02'],
  ['reader 03', 'sharer 01'],
  ['sponsor 01', 'author 04'],
]

export const isBlocked = (one: string, other: string) =>
  BLOCKS.some(([who, whom]) => (who === one && whom === other) || (who === other && whom === one))
