import { type Amount, parseAmount } from '@rivulet/ledger'
import { problem } from '../errors/problem.ts'

/**
 * Reads the amount of a request that moves money.
 * @throws a problem `validation_failed` that points at it when it is zero or malformed
 */
export function amountAbove0(text: string, pointer = '#/amount'): Amount {
  const amount = amountOrNone(text, pointer)
  if (amount > 0n) return amount
  throw refused('must be more than 0', pointer)
}

/**
 * Reads an amount that may be nothing.
 * @throws a problem `validation_failed` that points at it when it is malformed
 */
export function amountOrNone(text: string, pointer = '#/amount'): Amount {
  const parsed = parseAmount(text)
  if (parsed.ok) return parsed.amount
  throw refused('must be an amount in a string, e.g. "0.0005"', pointer)
}

const refused = (detail: string, pointer: string) =>
  problem('validation_failed', `${pointer.slice(2)}: ${detail}`, { faults: [{ pointer, detail }] })
