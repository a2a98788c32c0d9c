/** Reads a decimal of the asset into billionths of it. */
export function nanoOf(decimal: string): bigint {
  const [whole = '0', places = ''] = decimal.replace('-', '').split('.')
  const nano = BigInt(whole) * 10n ** 9n + BigInt(places.padEnd(9, '0'))
  return decimal.startsWith('-') ? -nano : nano
}

/** Writes billionths as a decimal of the asset. */
export function decimalOf(nano: bigint): string {
  const digits = (nano < 0n ? -nano : nano).toString().padStart(10, '0')
  return `${nano < 0n ? '-' : ''}${`${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, '')}`
}

/**
 * Divides an amount in proportion to weights, by Hamilton's method: everybody has their quota rounded down, then those
 * with the largest remainders one more each until nothing is left; of equal ones the earlier comes first.
 */
export function divide(whole: bigint, weights: readonly bigint[]): bigint[] {
  const sum = sumOf(weights)
  const quotas = weights.map((weight, at) => ({
    at,
    down: (whole * weight) / sum,
    remainder: (whole * weight) % sum,
  }))
  let left = whole - sumOf(quotas.map((quota) => quota.down))
  const parts = quotas.map((quota) => quota.down)
  for (const { at } of quotas.toSorted((a, b) => Number(b.remainder - a.remainder) || a.at - b.at)) {
    if (left-- <= 0n) break
    parts[at]! += 1n
  }
  return parts
}

/** What of a credit is whose: the sharer's part first, the rest among the authors. */
export function shareOut(
  credit: bigint,
  isShared: boolean,
  shareBps: number,
  authors: readonly { memberId: string; bps: number }[],
): { sharer: bigint; authors: Map<string, bigint> } {
  const sharer = isShared ? (credit * BigInt(shareBps)) / 10_000n : 0n
  const parts = divide(
    credit - sharer,
    authors.map(({ bps }) => BigInt(bps)),
  )
  return { sharer, authors: new Map(authors.map(({ memberId }, i) => [memberId, parts[i]!])) }
}

export const sumOf = (amounts: readonly bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n)
