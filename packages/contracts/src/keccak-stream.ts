import { createKeccak } from 'hash-wasm'

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
