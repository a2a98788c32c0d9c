/** Whom each payer's likes go to: `likes[payer]` are authors, as often as they were liked. Accounts from `ring` on are the ring's. */
export type Network = { accounts: number; ring: number; likes: number[][]; money: bigint[] }

/** Mulberry32: a small generator with a seed, so that a run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const ONE = 1_000_000_000n

/** What a ring may do with its likes. */
export const STRATEGIES = ['all for one', 'round in the ring', 'half for others'] as const
export type Strategy = (typeof STRATEGIES)[number]

const HONEST_LIKES = 20
const RING_LIKES = 100

/**
 * A network of honest members with 1.00 each, who like 20 posts of others, some authors far oftener than the rest; and a
 * ring that likes a hundred, by its strategy, and has `own` nano an account.
 */
export function networkOf(options: {
  honest: number
  ring: number
  own: bigint
  strategy: Strategy
  seed: number
}): Network {
  const { honest, ring, own, strategy, seed } = options
  const random = seeded(seed)
  const others = (self: number) => {
    const author = Math.floor(honest * random() ** 3)
    return author === self ? (author + 1) % honest : author
  }
  const ringLike = (self: number, n: number) => {
    if (strategy === 'half for others' && n % 2 === 0) return others(self)
    if (strategy === 'all for one') return honest
    return honest + ((self - honest + 1 + n) % ring)
  }
  const accounts = honest + ring
  const likes = Array.from({ length: accounts }, (_, self) =>
    self < honest
      ? Array.from({ length: HONEST_LIKES }, () => others(self))
      : Array.from({ length: RING_LIKES }, (_, n) => ringLike(self, n)),
  )
  const money = Array.from({ length: accounts }, (_, self) => (self < honest ? ONE : own))
  return { accounts, ring: honest, likes, money }
}
