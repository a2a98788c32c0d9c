export type Part = 'viewer' | 'budget' | 'author' | 'platform'

/** Basis points of a view's price, 10,000 together, as the network tells them. */
export type Split = Record<Part, number>

/** Who gets a part of a view's price, in the order it is told. */
export const PARTS: Record<Part, string> = {
  viewer: 'to whoever sees it',
  budget: 'to their budget: their likes give it on to authors',
  author: 'to the author of the post beside it',
  platform: 'to the network',
}
const NAMES = Object.keys(PARTS) as Part[]
const WHOLE = 10_000n

/**
 * A view's price by its parts, in nano; they sum to it. Rounded down as if the price were larger by as much as still fits;
 * what is left by then goes one by one to those who would gain by one more, the nearest to it first. So does the API.
 *
 * @param split basis points that sum to 10,000
 */
export function splitPrice(price: bigint, split: Split): Record<Part, bigint> {
  const partsAt = (more: bigint) => NAMES.map((name) => ((price + more) * BigInt(split[name])) / WHOLE)
  const sumAt = (more: bigint) => partsAt(more).reduce((sum, part) => sum + part, 0n)
  let more = 0n
  while (more < BigInt(NAMES.length) && sumAt(more + 1n) <= price) more++
  const parts = partsAt(more)
  const next = partsAt(more + 1n)
  const gaining = NAMES.flatMap((name, i) =>
    next[i]! > parts[i]! ? [{ i, weight: BigInt(split[name]), units: next[i]! }] : [],
  ).sort((a, b) => Number(b.weight * a.units - a.weight * b.units) || a.i - b.i)
  for (const { i } of gaining.slice(0, Number(price - sumAt(more)))) parts[i]! += 1n
  return Object.fromEntries(NAMES.map((name, i) => [name, parts[i]!])) as Record<Part, bigint>
}

/** How many views a budget buys, both in nano. What is left over comes back when the campaign is closed. */
export const viewsFor = (budget: bigint, price: bigint): bigint => (price > 0n ? budget / price : 0n)

/**
 * What paid views brought to whom, in nano. The author's part is what the other three left: where the author is the
 * sponsor or the viewer, it stayed in the campaign.
 *
 * @returns null where views were paid by another split than this one
 */
export function spentByPart(
  { price, paid, spent }: { price: bigint; paid: number; spent: bigint },
  split: Split,
): Record<Part, bigint> | null {
  const views = BigInt(paid)
  const each = splitPrice(price, split)
  const [viewer, budget, platform] = [each.viewer * views, each.budget * views, each.platform * views]
  const author = spent - viewer - budget - platform
  return author < 0n || author > each.author * views ? null : { viewer, budget, author, platform }
}
