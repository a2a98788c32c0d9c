/**
 * Takes an amount from the first of these, then from the next, as far as they go.
 * @returns what is taken of each that is touched, and the rest for which there was nothing
 */
export function allot<T extends { left: bigint }>(
  from: readonly T[],
  amount: bigint,
): { parts: { of: T; amount: bigint }[]; rest: bigint } {
  const parts: { of: T; amount: bigint }[] = []
  let rest = amount
  for (const of of from) {
    const part = of.left < rest ? of.left : rest
    if (part <= 0n) continue
    parts.push({ of, amount: part })
    rest -= part
  }
  return { parts, rest }
}
