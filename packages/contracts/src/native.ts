import { createKeccak } from 'hash-wasm'

// WebAssembly: a tree of a million leaves is seven million permutations, which take JavaScript ten times as long.
const hasher = await createKeccak(256)

/** Keccak-256, 32 bytes. With `portable.ts` the one place that names an implementation. */
export function keccak(bytes: Uint8Array): Uint8Array {
  return hasher.init().update(bytes).digest('binary')
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
