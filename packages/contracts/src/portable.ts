import { getBytes, hexlify, keccak256 } from 'ethers'

// What `native.ts` has, for a browser: no Buffer there, and the policy of a careful page forbids WebAssembly.

/** Keccak-256, 32 bytes. */
export const keccak = (bytes: Uint8Array): Uint8Array => getBytes(keccak256(bytes))

export const toHex = (bytes: Uint8Array): string => hexlify(bytes)

/** As `fromHex` of `native.ts`. */
export function fromHex(hex: string, length?: number): Uint8Array {
  if (!/^0x(?:[0-9a-fA-F]{2})*$/.test(hex)) throw new RangeError(`not bytes: ${hex}`)
  const bytes = getBytes(hex)
  if (length !== undefined && bytes.length !== length) throw new RangeError(`not ${length} bytes: ${hex}`)
  return bytes
}
