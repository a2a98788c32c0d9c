import { Wallet } from 'ethers'
import type { ChaosChain } from './chain.ts'

export const AFTERWARDS = ['lost', 'back', 'late'] as const

/** What becomes of the transactions of the blocks that vanish: forgotten, in the pool at once, or in it after a while. */
export type Afterwards = (typeof AFTERWARDS)[number]

/**
 * Replaces the newest blocks by as many empty ones. The node itself forgets what was in them; others put it back into
 * their pools, so `back` does that for it.
 * @returns signed bytes of what was in them, in their order
 */
export async function reorganise(
  chain: ChaosChain,
  depth: number,
  afterwards: Afterwards,
): Promise<string[]> {
  const { call } = chain
  const raws = await chain.still(async () => {
    const head = await chain.head()
    const taken: string[] = []
    for (let number = head - depth + 1; number <= head; number++) {
      const block = await call<{ transactions: string[] } | null>('eth_getBlockByNumber', [
        `0x${number.toString(16)}`,
        false,
      ])
      for (const hash of block?.transactions ?? []) {
        const raw = await call<string | null>('eth_getRawTransactionByHash', [hash])
        if (raw) taken.push(raw)
      }
    }
    // The clock goes back with the blocks: empty ones would be the same again, and nothing would have happened.
    await call('anvil_setCoinbase', [Wallet.createRandom().address])
    await call('anvil_reorg', [depth, []])
    if (afterwards === 'back') await sendAll(chain, taken)
    return taken
  })
  if (afterwards === 'late') setTimeout(() => void sendAll(chain, raws).catch(() => {}), 700)
  return raws
}

/** Sends signed bytes to the node itself; its refusals are its own affair. */
export async function sendAll({ call }: ChaosChain, raws: Iterable<string>): Promise<void> {
  for (const raw of raws) await call('eth_sendRawTransaction', [raw]).catch(() => {})
}
