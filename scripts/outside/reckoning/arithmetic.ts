/** A share of an amount, rounded up to the nano. */
export function shareUp(amount: bigint, bps: bigint): bigint {
  return (amount * bps + 9_999n) / 10_000n
}

/**
 * Divides an amount by weights to the last nano: everybody gets their share rounded down, and what is left over goes, a
 * nano each, to whose weight is greatest for what they would then have; of equal ones to who comes first.
 */
export function divide(amount: bigint, weights: readonly bigint[]): bigint[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0n)
  if (all === 0n) return weights.map(() => 0n)
  const shares = weights.map((weight) => (amount * weight) / all)
  for (let over = amount - shares.reduce((sum, share) => sum + share, 0n); over > 0n; over--) {
    const place = weights.reduce(
      (best, weight, at) => (weight * (shares[best]! + 1n) > weights[best]! * (shares[at]! + 1n) ? at : best),
      0,
    )
    shares[place]!++
  }
  return shares
}
