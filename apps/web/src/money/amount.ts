const PLACES = 9
const SCALE = 10n ** BigInt(PLACES)

/** A decimal string of the asset as nano (10⁻⁹ of it). Takes a sign, which entries have. */
export function toNano(amount: string): bigint {
  const isNegative = amount.startsWith('-')
  const [whole = '0', fraction = ''] = amount.replace(/^[+-]/, '').split('.')
  const nano = BigInt(whole) * SCALE + BigInt(fraction.padEnd(PLACES, '0'))
  return isNegative ? -nano : nano
}

/** Nano as a decimal string of the asset, without trailing zeros. */
export function fromNano(nano: bigint): string {
  const size = nano < 0n ? -nano : nano
  const fraction = String(size % SCALE)
    .padStart(PLACES, '0')
    .replace(/0+$/, '')
  return `${nano < 0n ? '-' : ''}${size / SCALE}${fraction && `.${fraction}`}`
}

/** Whether a person wrote an amount that the API takes: up to nine digits, at most nine places. */
export const isAmount = (text: string): boolean => /^(0|[1-9]\d{0,8})(\.\d{1,9})?$/.test(text)

/** Basis points of an amount in nano, rounded up, as fees are. */
export const feeOf = (amount: bigint, bps: number): bigint => (amount * BigInt(bps) + 9_999n) / 10_000n

/** An amount in units of the token, or undefined where the token has no place for all of it. @param decimals 0 to 9 */
export function toUnits(amount: string, decimals: number): bigint | undefined {
  const unit = 10n ** BigInt(PLACES - decimals)
  const nano = toNano(amount)
  return nano % unit === 0n ? nano / unit : undefined
}

/** The inverse of `toUnits`. */
export const fromUnits = (units: bigint, decimals: number): string =>
  fromNano(units * 10n ** BigInt(PLACES - decimals))

/** Basis points as per cent: 250 is `2.5`. */
export const percentOf = (bps: number): string => String(bps / 100)
