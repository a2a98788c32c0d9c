import { getBytes, hexlify, keccak256 } from 'ethers'

/** Keccak-256. The one place that names an implementation. */
export function keccak(bytes: Uint8Array): Uint8Array {
  return getBytes(keccak256(bytes))
}

export function toHex(bytes: Uint8Array): string {
  return hexlify(bytes)
}

/** Bytes of a 0x-hex string. Throws a RangeError when they are not `length` bytes. */
export function fromHex(hex: string, length: number): Uint8Array {
  const bytes = getBytes(hex)
  if (bytes.length !== length) throw new RangeError(`expected ${length} bytes, got ${bytes.length}: ${hex}`)
  return bytes
}

/** Writes `value` big-endian into `width` bytes. Throws a RangeError when it doesn't fit in `bits`. */
export function putUint(
  into: Uint8Array,
  offset: number,
  width: number,
  value: bigint,
  bits = width * 8,
): void {
  if (value < 0n || value >> BigInt(bits) !== 0n) throw new RangeError(`${value} is not a uint${bits}`)
  let rest = value
  for (let at = offset + width - 1; rest !== 0n; at--) {
    into[at] = Number(rest & 0xffn)
    rest >>= 8n
  }
}

/** Reads a big-endian integer of `width` bytes. */
export function readUint(from: Uint8Array, offset: number, width: number): bigint {
  let value = 0n
  for (let at = offset; at < offset + width; at++) value = (value << 8n) | BigInt(from[at] ?? 0)
  return value
}
