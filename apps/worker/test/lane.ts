import { withTransaction } from '@rivulet/db'
import { afterEach, beforeEach } from 'vitest'
import { reserve } from '../src/sender/lane.ts'
import { type ChainProxy, chainProxy } from './chain-proxy.ts'
import { createWorker, createWorld, person, tokensOf, type Worker, type World } from './world.ts'

export const GWEI = 10n ** 9n
export const CENT = 10_000n
export const PATIENCE = { timeout: 20_000, interval: 50 }
/** Replaces what is not mined two blocks later. */
export const EAGER = { patience: { seconds: 0, blocks: 2 } }

export type AttemptRow = {
  purpose: string
  number: number
  hash: string
  raw: string
  fee: bigint
  tip: bigint
}

/**
 * A lane for each test of a file. The operator's key has test dollars, and pays Alice with plain transfers, a cent each:
 * what she has is how often she was paid.
 *
 * @param automine a block for each transaction; without it tests make them
 */
export function laneOfEachTest({ automine = false } = {}) {
  let world: World
  let proxy: ChainProxy
  let alice: string
  const workers: Worker[] = []

  function open(options: Parameters<typeof createWorker>[2] = EAGER, rpcUrl?: string): Worker {
    const worker = createWorker(world, rpcUrl, options)
    workers.push(worker)
    return worker
  }
  const rpc = (method: string, params: unknown[] = []) => world.chain.provider.send(method, params)
  const query = async <Row>(sql: string, values: unknown[] = []) =>
    (await world.pool.query(sql, values)).rows as Row[]

  beforeEach(async () => {
    world = await createWorld()
    proxy = await chainProxy(world.chain.rpcUrl)
    alice = (await person(world, '0')).address
    await (await world.chain.dollar.getFunction('mint')(open().sender.lane.signer, 100n * CENT)).wait()
    if (!automine) await rpc('evm_setAutomine', [false])
  })
  afterEach(async () => {
    for (const worker of workers.splice(0)) worker.chain.provider.destroy()
    await proxy.close()
    await world.close()
  })

  return {
    open,
    rpc,
    query,
    world: () => world,
    proxy: () => proxy,
    async owe(worker: Worker, ...purposes: string[]): Promise<void> {
      const data = world.chain.dollar.interface.encodeFunctionData('transfer', [alice, CENT])
      const call = { to: world.chain.token, data, gasLimit: 100_000n }
      for (const purpose of purposes)
        await withTransaction(world.pool, (tx) => reserve(tx, worker.sender.lane, purpose, call))
    },
    attempts: (purpose = '%') =>
      query<AttemptRow>(
        `select purpose, number, a.hash, raw, max_fee_per_gas as fee, max_priority_fee_per_gas as tip
         from chain_attempts a join chain_transactions t on t.id = transaction_id
         where purpose like $1 order by nonce, number`,
        [purpose],
      ),
    states: () =>
      query<{ purpose: string; status: string; succeeded: boolean }>(
        'select purpose, status, succeeded from chain_transactions order by nonce',
      ),
    halts: () => query<{ reason: string; detail: string }>('select reason, detail from halts'),
    paid: async () => (await tokensOf(world.chain, alice)) / CENT,
    /** Makes blocks that cost so much. */
    async mineAt(baseFee: bigint, blocks = 1): Promise<void> {
      for (let block = 0; block < blocks; block++) {
        await rpc('anvil_setNextBlockBaseFeePerGas', [`0x${baseFee.toString(16)}`])
        await rpc('evm_mine')
      }
    },
  }
}
