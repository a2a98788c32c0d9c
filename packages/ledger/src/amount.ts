declare const nano: unique symbol

/** An amount of the asset in nano (1e-9 of it), never negative. A signed balance is a plain `bigint` of the same unit. */
export type Amount = bigint & { readonly [nano]: true }

/** What `parseAmount` answers: user input can be wrong, so wrong is a value and not an exception. */
export type ParsedAmount = { ok: true; amount: Amount } | { ok: false; error: 'malformed_amount' }

/** Nano in one whole unit of the asset. */
export const NANO_PER_WHOLE = 1_000_000_000n

/** The largest amount and balance a book can hold: a signed 64-bit integer. */
export const MAX_AMOUNT = 2n ** 63n - 1n

const WRITTEN = /^(0|[1-9]\d{0,8})(\.\d{1,9})?$/

/**
 * Brands a count of nano as an amount.
 * @throws RangeError when negative or beyond 64 bits
 */
export function amountOf(value: bigint): Amount {
  if (value < 0n || value > MAX_AMOUNT) throw new RangeError(`not an amount: ${value}`)
  return value as Amount
}

/** Reads a decimal string of the asset: up to 9 digits, up to 9 places, no sign, exponent, space or leading zero. */
export function parseAmount(text: unknown): ParsedAmount {
  const match = typeof text === 'string' ? WRITTEN.exec(text) : null
  // In a regular expression `$` without the m flag is the very end of the text, so a trailing newline does not match.
  if (!match) return { ok: false, error: 'malformed_amount' }
  const fraction = (match[2] ?? '.').slice(1).padEnd(9, '0')
  return { ok: true, amount: amountOf(BigInt(match[1]!) * NANO_PER_WHOLE + BigInt(fraction)) }
}

/** Writes nano as a decimal string of the asset, without trailing zeros; a negative one with a leading `-`. */
export function formatAmount(value: bigint): string {
  const size = value < 0n ? -value : value
  const fraction = (size % NANO_PER_WHOLE).toString().padStart(9, '0').replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${size / NANO_PER_WHOLE}${fraction && '.'}${fraction}`
}

/**
 * Splits `total` in proportion to `weights`, to the last nano: each part is floored, and what is left goes one nano
 * each to the largest remainders, of equal ones to the earlier (Hamilton's method).
 * @returns one part per weight; the parts sum to `total`
 * @throws RangeError for a negative weight, or when there is no weight at all
 */
export function splitByWeight(total: Amount, weights: readonly bigint[]): Amount[] {
  const sum = weights.reduce((all, weight) => {
    if (weight < 0n) throw new RangeError('a weight is negative')
    return all + weight
  }, 0n)
  if (sum === 0n) throw new RangeError('nothing to split by')
  const parts = weights.map((weight) => (total * weight) / sum)
  const rest = total - parts.reduce((all, part) => all + part, 0n)
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (total * weight) % sum }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  // At most one nano per weight is left over, so the first `rest` entries are all that is needed.
  for (const { index } of byRemainder.slice(0, Number(rest))) parts[index]! += 1n
  return parts as Amount[]
}

/**
 * Splits `total` by basis points that sum to 10,000, as `splitByWeight` does.
 * @throws RangeError when they do not sum to 10,000
 */
export function splitByBps(total: Amount, bps: readonly number[]): Amount[] {
  const sum = bps.reduce((all, part) => all + part, 0)
  if (sum !== 10_000) throw new RangeError(`basis points sum to ${sum} instead of 10000`)
  return splitByWeight(total, bps.map(BigInt))
}

/**
 * The fee on `amount` at `bps` basis points, rounded up to the nano, never more than the amount.
 * @throws RangeError when `bps` is not a whole number from 0 to 10,000
 */
export function feeUp(amount: Amount, bps: number): Amount {
  if (!Number.isInteger(bps) || bps < 0 || bps > 10_000) throw new RangeError(`not a fee: ${bps} bps`)
  return ((amount * BigInt(bps) + 9_999n) / 10_000n) as Amount
}
