/** Reads an amount as the API writes it, a decimal of the asset with at most nine places, into nano (1e-9). */
export function nanoOf(decimal: string): bigint {
  const parts = /^(-?)(\d+)(?:\.(\d{1,9}))?$/.exec(decimal)
  if (!parts) throw new Error(`not an amount: ${JSON.stringify(decimal)}`)
  const [, sign, whole, places = ''] = parts as unknown as [string, string, string, string | undefined]
  const nano = BigInt(whole) * 1_000_000_000n + BigInt(places.padEnd(9, '0'))
  return sign ? -nano : nano
}

/** Writes nano as a decimal of the asset, without trailing zeros. */
export function decimalOf(nano: bigint): string {
  const digits = (nano < 0n ? -nano : nano).toString().padStart(10, '0')
  const places = digits.slice(-9).replace(/0+$/, '')
  return `${nano < 0n ? '-' : ''}${digits.slice(0, -9)}${places && `.${places}`}`
}
