export { fromHex, keccak, toHex } from '#native'

/** Writes `value` big-endian into `width` bytes, a multiple of 4. Throws a RangeError when `bits` can't hold it. */
export function putUint(
  into: Uint8Array,
  offset: number,
  width: number,
  value: bigint,
  bits = width * 8,
): void {
  if (value < 0n || value >> BigInt(bits) !== 0n) throw new RangeError(`${value} is not a uint${bits}`)
  if (value <= SAFE) {
    putSafe(into, offset, width, Number(value))
    return
  }
  const view = new DataView(into.buffer, into.byteOffset + offset, width)
  let rest = value
  for (let at = width - 4; at >= 0; at -= 4) {
    view.setUint32(at, Number(rest & 0xffff_ffffn))
    rest >>= 32n
  }
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER)

/** What nearly every sum is: without a view and a bigint a word. */
function putSafe(into: Uint8Array, offset: number, width: number, value: number): void {
  let rest = value
  for (let at = offset + width - 1; at >= offset; at--) {
    into[at] = rest % 256
    rest = Math.floor(rest / 256)
  }
}

/** Reads a big-endian integer of `width` bytes, a multiple of 4. */
export function readUint(from: Uint8Array, offset: number, width: number): bigint {
  const view = new DataView(from.buffer, from.byteOffset + offset, width)
  let value = 0n
  for (let at = 0; at < width; at += 4) value = (value << 32n) | BigInt(view.getUint32(at))
  return value
}
