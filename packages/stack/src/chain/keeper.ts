import { setTimeout as sleep } from 'node:timers/promises'
import { readBlock, rpc } from './rpc.ts'
import { type StateFiles, saveState } from './state.ts'

export interface KeeperOptions {
  rpcUrl: string
  files: StateFiles
  /** Seconds between blocks while the chain is in use. */
  blockTime: number
  /** Without a transaction for so long, blocks come seldom. */
  idleAfterMs?: number
  /** Seconds between blocks then. */
  idleBlockTime?: number
}

const EVERY_MS = 1_000
// A state so large that saving takes long is saved less often, so that the node has two thirds of the time to itself.
const SHARE = 2

/**
 * Saves the chain's state every second, and lets it rest while nobody uses it: each block stays in the state for ever,
 * 86,400 a day at one a second. It is at its pace again within a second of the next transaction.
 */
export function keepChain(options: KeeperOptions): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const done = keep(options, stopping.signal)
  return {
    async stop() {
      stopping.abort()
      await done
    },
  }
}

async function keep(
  { rpcUrl, files, blockTime, idleAfterMs = 600_000, idleBlockTime = 10 }: KeeperOptions,
  stopping: AbortSignal,
): Promise<void> {
  let saved = ''
  let inspected = -1
  let usedAt = performance.now()
  let idle = false
  let pauseMs = EVERY_MS
  while (await waits(pauseMs, stopping)) {
    const began = performance.now()
    try {
      const head = await readBlock(rpcUrl, 'latest')
      if (head === null) continue
      if (await isUsed(rpcUrl, inspected, head.number)) usedAt = performance.now()
      inspected = head.number
      const shouldIdle = performance.now() - usedAt > idleAfterMs
      if (shouldIdle !== idle) {
        await rpc(rpcUrl, 'evm_setIntervalMining', [shouldIdle ? idleBlockTime : blockTime])
        idle = shouldIdle
      }
      if (head.hash === saved) continue
      const state = await rpc<string>(rpcUrl, 'anvil_dumpState')
      await saveState(files, Buffer.from(state.slice(2), 'hex'))
      saved = head.hash
    } catch {
      // The node is being stopped, or was killed: its last saved state is what counts.
    }
    pauseMs = Math.max(EVERY_MS, SHARE * (performance.now() - began))
  }
}

async function isUsed(rpcUrl: string, after: number, head: number): Promise<boolean> {
  const { pending } = await rpc<{ pending: string }>(rpcUrl, 'txpool_status')
  if (Number(pending) > 0) return true
  for (let number = Math.max(after + 1, head - 20); number <= head; number++) {
    if ((await readBlock(rpcUrl, number))?.transactions) return true
  }
  return false
}

async function waits(ms: number, stopping: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal: stopping, ref: false })
    return true
  } catch {
    return false
  }
}
