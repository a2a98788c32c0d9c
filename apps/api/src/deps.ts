import { rpcRequest } from '@rivulet/contracts/rpc'
import { createDb, type Db } from '@rivulet/db'
import type { Rules } from '@rivulet/economy'
import { JsonRpcProvider, Network } from 'ethers'
import type { Config } from './config.ts'
import { type Cursors, createCursors } from './lists/cursor.ts'
import type { Siblings } from './process/siblings.ts'

/** What the rooms stand on. */
export type Deps = {
  config: Config
  db: Db
  /** The chain, for reading, and for the faucet of the embedded one. */
  provider: JsonRpcProvider
  rules: Rules
  cursors: Cursors
  /**
   * `starting` until all processes of this API listen. `draining` when this one is told to stop: `/readyz` says so, and
   * open connections are asked to leave. `toShed` is how many connections more are asked to, while others stay.
   */
  lifecycle: { starting: boolean; draining: boolean; toShed: number }
  /** The other processes that serve the same port, if there are any. */
  siblings: Siblings | undefined
  /** Milliseconds since 1970; only limits, sign-in and charts ask it. */
  now(): number
}

const CHAIN_TIMEOUT_MS = 5_000

export function createDeps(config: Config, siblings?: Siblings): Deps {
  const { chain } = config
  // A named network, so that ethers neither asks which one it is nor waits for ever for a node that is down.
  const provider = new JsonRpcProvider(rpcRequest(chain.rpcUrl, CHAIN_TIMEOUT_MS), Network.from(chain.id), {
    staticNetwork: true,
    cacheTimeout: -1,
    batchMaxCount: 1,
    pollingInterval: 250,
  })
  return {
    config,
    db: createDb(config.databaseUrl, { max: config.databasePoolMax }),
    provider,
    rules: config.rules,
    cursors: createCursors(config.secretKey),
    lifecycle: { starting: siblings !== undefined, draining: false, toShed: 0 },
    siblings,
    now: Date.now,
  }
}

export async function closeDeps(deps: Deps): Promise<void> {
  deps.provider.destroy()
  await deps.db.close()
}
