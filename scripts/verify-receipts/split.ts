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
 * Divides an amount in proportion to weights, by D'Hondt's method: everybody has their quota rounded down, and each unit
 * that is left goes to whom weight ÷ (what they have + 1) is greatest; of equal ones the earlier comes first.
 */
export function divide(whole: bigint, weights: readonly bigint[]): bigint[] {
  const sum = sumOf(weights)
  const parts = weights.map((weight) => (whole * weight) / sum)
  for (let left = whole - sumOf(parts); left > 0n; left--) {
    let next = 0
    for (const [at, weight] of weights.entries())
      if (weight * (parts[next]! + 1n) > weights[next]! * (parts[at]! + 1n)) next = at
    parts[next]! += 1n
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
