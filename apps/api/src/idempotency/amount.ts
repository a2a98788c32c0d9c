import { type Amount, parseAmount } from '@rivulet/ledger'
import { problem } from '../errors/problem.ts'

/**
 * Reads the amount of a request that moves money.
 * @throws a problem `validation_failed` that points at it when it is zero or malformed
 */
export function amountAbove0(text: string, pointer = '#/amount'): Amount {
  const parsed = parseAmount(text)
  if (parsed.ok && parsed.amount > 0n) return parsed.amount
  const detail = parsed.ok ? 'must be more than 0' : 'must be an amount in a string, e.g. "0.0005"'
  throw problem('validation_failed', `amount: ${detail}`, { faults: [{ pointer, detail }] })
}
