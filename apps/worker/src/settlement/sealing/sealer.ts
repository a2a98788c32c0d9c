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

/** One thread builds the tree and writes for all of them. On two cores two were measured; more than this never were. */
const MOST_THREADS = 4

/** A small epoch is not worth starting threads for. Where exactly the line lies was not measured. */
const WORTH_THREADS = 20_000

/** A sealer for an epoch of so many leaves: in threads where it is worth it. */
export function sealerFor(leaves: number): Sealer {
  if (leaves < WORTH_THREADS)
    return { ahead: 0, seal: async (some) => sealPlaces(some), close: async () => {} }
  const maxThreads = Math.min(MOST_THREADS, availableParallelism())
  const filename = new URL('./thread.ts', import.meta.url).href
  // With Node's own limit 100,000 leaves took 759 MiB at most; with this, and leaves made piece by piece, 564.
  const resourceLimits = { maxYoungGenerationSizeMb: 8 }
  const pool = new Piscina<LeavesToSeal, SealedPlaces>({ filename, maxThreads, resourceLimits })
  return {
    ahead: maxThreads + 1,
    seal: (some) =>
      pool.run(some, { transferList: [some.leaves.buffer, some.readers.buffer, some.secrets.buffer] }),
    close: () => pool.destroy(),
  }
}
