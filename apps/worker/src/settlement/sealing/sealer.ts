import { availableParallelism } from 'node:os'
import { type LeavesToSeal, type SealedPlaces, sealPlaces } from '@rivulet/contracts'
import { Piscina } from 'piscina'

/** Hashes and encrypts leaves; `ahead` is how many pieces keep it busy. */
export type Sealer = {
  ahead: number
  /** What it is given is used up. */
  seal(some: LeavesToSeal): Promise<SealedPlaces>
  close(): Promise<void>
}

/** More threads than that would wait for the one that builds the tree and writes. */
const MOST_THREADS = 4

/** Below so many leaves threads take longer to start than the work takes. */
const WORTH_THREADS = 20_000

/** A sealer for an epoch of so many leaves: in threads where it is worth it. */
export function sealerFor(leaves: number): Sealer {
  if (leaves < WORTH_THREADS)
    return { ahead: 0, seal: async (some) => sealPlaces(some), close: async () => {} }
  const maxThreads = Math.min(MOST_THREADS, availableParallelism())
  const filename = new URL('./thread.ts', import.meta.url).href
  // Garbage of the young would else be left lying until it is 32 MiB in each.
  const resourceLimits = { maxYoungGenerationSizeMb: 8 }
  const pool = new Piscina<LeavesToSeal, SealedPlaces>({ filename, maxThreads, resourceLimits })
  return {
    ahead: maxThreads + 1,
    seal: (some) =>
      pool.run(some, { transferList: [some.leaves.buffer, some.readers.buffer, some.secrets.buffer] }),
    close: () => pool.destroy(),
  }
}
