/** A share of an amount, rounded up to the nano. */
export function shareUp(amount: bigint, bps: bigint): bigint {
  return (amount * bps + 9_999n) / 10_000n
}

/**
 * Divides an amount by weights to the last nano: everybody gets their share rounded down, and what is left over goes, a
 * nano each, to those whose share lost most by the rounding; of equal ones to who comes first.
 */
export function divide(amount: bigint, weights: readonly bigint[]): bigint[] {
  const all = weights.reduce((sum, weight) => sum + weight, 0n)
  if (all === 0n) return weights.map(() => 0n)
  const shares = weights.map((weight, place) => ({
    place,
    share: (amount * weight) / all,
    lost: (amount * weight) % all,
  }))
  let over = amount - shares.reduce((sum, { share }) => sum + share, 0n)
  for (const one of [...shares].sort((a, b) => Number(b.lost - a.lost) || a.place - b.place)) {
    if (over === 0n) break
    one.share++
    over--
  }
  return shares.map(({ share }) => share)
}
