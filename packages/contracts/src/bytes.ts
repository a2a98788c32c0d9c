import { createKeccak } from 'hash-wasm'

// WebAssembly: a tree of a million leaves is seven million permutations, which take JavaScript ten times as long.
const hasher = await createKeccak(256)

/** Keccak-256, 32 bytes. The one place that names an implementation. */
export function keccak(bytes: Uint8Array): Uint8Array {
  return hasher.init().update(bytes).digest('binary')
}

/** A Keccak-256 that is fed piece by piece. `digest` gives 32 bytes as 0x-hex, once. */
export type KeccakStream = { update(bytes: Uint8Array | string): void; digest(): string }

/** A new {@link KeccakStream}, independent of all others. */
export async function keccakStream(): Promise<KeccakStream> {
  const stream = (await createKeccak(256)).init()
  return {
    update(bytes) {
      stream.update(bytes)
    },
    digest: () => `0x${stream.digest('hex')}`,
  }
}

export function toHex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
}

/**
 * Bytes of a 0x-hex string, `length` of them if given.
 *
 * @throws RangeError when it is anything else.
 */
export function fromHex(hex: string, length?: number): Uint8Array {
  const bytes = Buffer.from(hex.slice(2), 'hex') // stops at the first character that is no hex digit
  if (!hex.startsWith('0x') || bytes.length * 2 + 2 !== hex.length) throw new RangeError(`not bytes: ${hex}`)
  if (length !== undefined && bytes.length !== length) throw new RangeError(`not ${length} bytes: ${hex}`)
  return bytes
}

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
