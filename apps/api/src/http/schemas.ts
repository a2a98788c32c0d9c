import { getAddress } from 'ethers'
import { z } from 'zod'

/** How many characters (code points, as JSON Schema counts) a text has. */
function lengthOf(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/**
 * A text a person wrote. NUL and lone surrogates are refused: the first cannot be stored, the second is not text.
 * Lengths are in characters (code points).
 */
export function text({ min = 0, max }: { min?: number; max: number }) {
  return z
    .string()
    .check((context) => {
      const { value } = context
      const wrong = (message: string): void => {
        context.issues.push({ code: 'custom', message, input: value })
      }
      if (value.includes('\0')) return wrong('must not contain the character U+0000')
      if (!value.isWellFormed()) return wrong('must not contain lone surrogates')
      // Nothing with more than twice as many UTF-16 units can fit, so nothing longer needs counting.
      const length = value.length > 2 * max ? value.length : lengthOf(value)
      if (length < min || length > max)
        return wrong(
          `must have ${min} to ${max} characters; this has ${value.length > 2 * max ? 'more' : length}`,
        )
      if (min > 0 && value.trim() === '') wrong('must not be blank')
    })
    .meta({ minLength: min, maxLength: max })
}

/** An id: a UUID, version 7. Anything else in its place names nothing. */
export const Id = z.string().meta({ format: 'uuid', examples: ['01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a11'] })

export const Address = z
  .string()
  .meta({ description: 'EIP-55 checksummed.', examples: ['0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'] })

/** An address in a request: with a right checksum, or all in lower (or upper) case; read as EIP-55. */
export const AddressIn = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'must be an address: 0x and 40 hex digits')
  .check((context) => {
    if (!checksummed(context.value))
      context.issues.push({ code: 'custom', message: 'has a wrong checksum (EIP-55)', input: context.value })
  })

function checksummed(address: string): boolean {
  const digits = address.slice(2)
  if (digits === digits.toLowerCase() || digits === digits.toUpperCase()) return true
  try {
    return getAddress(address) === address
  } catch {
    return false
  }
}

/** A moment: UTC, RFC 3339. */
export const Time = z.string().meta({ format: 'date-time', examples: ['2026-01-31T12:00:00.000Z'] })

const Written = z.iso.datetime({ offset: true })
/** The last moment that RFC 3339 can write, in UTC. */
const END_OF_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/** A moment in a request: RFC 3339, in any offset, since 1970. */
export const TimeIn = z
  .string()
  .refine(
    (text) => Written.safeParse(text).success && Date.parse(text) >= 0 && Date.parse(text) <= END_OF_TIME,
    'must be a time (RFC 3339) since 1970, e.g. 2026-01-31T12:00:00Z; in a query, write the + of an offset as %2B',
  )
  .meta({ format: 'date-time', examples: ['2026-01-31T12:00:00Z'] })

/** A decimal string of the asset, as answers write it: no trailing zeros. */
export const AmountOut = z
  .string()
  .meta({ pattern: '^-?(0|[1-9][0-9]*)([.][0-9]{0,8}[1-9])?$', examples: ['0.0005'] })

/** A decimal string of the asset, as requests write it. `parseAmount` of the ledger reads it. */
export const AmountIn = z
  .string()
  .regex(
    /^(0|[1-9]\d{0,8})(\.\d{1,9})?$/,
    'must be an amount in a string: up to 9 digits, then up to 9 places, e.g. "0.0005"',
  )
  .meta({ examples: ['2.5'] })

/** The answer of a call that has nothing to say. */
export const NoContent = z.null().describe('Done.')
