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
 * Splits `total` in proportion to `weights`, to the last nano, as seats are by votes (D'Hondt, Jefferson): the units are
 * given one after another, each to whom its weight divided by one more than it has is greatest, of equals to the earlier.
 *
 * Nobody has less than their share rounded down. An added weight takes from every other or leaves it, so that more for
 * somebody is never less; a weight in two pieces side by side never has more than whole; and of a larger total nobody has
 * less. The largest remainder keeps neither of the three: docs/adr/0027.
 * @returns one part per weight; the parts sum to `total`
 * @throws RangeError for a negative weight, or when there is no weight at all
 */
export function splitByWeight(total: Amount, weights: readonly bigint[]): Amount[] {
  const sum = sumOf(weights)
  if (weights.some((weight) => weight < 0n)) throw new RangeError('a weight is negative')
  if (sum === 0n) throw new RangeError('nothing to split by')
  const partsAt = (more: bigint) => weights.map((weight) => (weight * (total + more)) / sum)
  const parts = partsAt(0n)
  if (sumOf(parts) === total) return parts as Amount[]
  // As if the total were larger, until rounding down gives out as much as there is, or a little less.
  let fits = 0n
  let tooMuch = BigInt(weights.length)
  while (tooMuch - fits > 1n) {
    const middle = (fits + tooMuch) / 2n
    if (sumOf(partsAt(middle)) <= total) fits = middle
    else tooMuch = middle
  }
  const given = partsAt(fits)
  const left = Number(total - sumOf(given))
  if (left === 0) return given as Amount[]
  // Between the two each weight gains one unit at most, so that each of the next in line gains one.
  const next = partsAt(tooMuch)
    .flatMap((part, index) => (part > given[index]! ? [{ index, weight: weights[index]!, units: part }] : []))
    .sort((a, b) => {
      const difference = b.weight * a.units - a.weight * b.units
      return difference === 0n ? a.index - b.index : difference > 0n ? 1 : -1
    })
  for (const { index } of next.slice(0, left)) given[index]! += 1n
  return given as Amount[]
}

const sumOf = (values: readonly bigint[]) => values.reduce((sum, value) => sum + value, 0n)

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
