import { setTimeout as sleep } from 'node:timers/promises'
import type { JsonRpcProvider } from 'ethers'
import { ChainUnavailable } from '../errors/unreachable.ts'

const EVERY_MS = 100
const PATIENCE_MS = 30_000

type Waiting = { nonce: number; until: number; resolve: () => void; reject: (error: unknown) => void }

/**
 * Waits for transactions of one sender to be in a block: one question to the chain serves all who wait, however many.
 *
 * @returns a function that resolves when the sender's transaction of that nonce is in a block
 */
export function minedNonces(provider: JsonRpcProvider, sender: string): (nonce: number) => Promise<void> {
  let waiting: Waiting[] = []
  let asking = false

  async function ask(): Promise<void> {
    asking = true
    while (waiting.length > 0) {
      await sleep(EVERY_MS)
      const count = await provider.getTransactionCount(sender, 'latest').catch(() => 0)
      const now = performance.now()
      const all = waiting
      waiting = all.filter((one) => one.nonce >= count && now < one.until)
      for (const one of all) {
        if (one.nonce < count) one.resolve()
        else if (now >= one.until) one.reject(new ChainUnavailable(`no block with nonce ${one.nonce}`))
      }
    }
    asking = false
  }

  return (nonce) =>
    new Promise((resolve, reject) => {
      waiting.push({ nonce, until: performance.now() + PATIENCE_MS, resolve, reject })
      if (!asking) void ask()
    })
}
