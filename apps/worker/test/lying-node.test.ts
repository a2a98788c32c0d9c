import { withTransaction } from '@rivulet/db'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { reserve } from '../src/sender/lane.ts'
import { type ChainProxy, chainProxy, type RpcCall } from './chain-proxy.ts'
import { createWorker, createWorld, person, tokensOf, type Worker, type World } from './world.ts'

/*
 * A node that says for a moment that somebody else uses the operator's key, some blocks long, on a chain whose blocks are
 * quick. Nothing is signed meanwhile, and nothing halts for which somebody would have to be woken. All of it is a moment here.
 */

const CENT = 10_000n

let world: World
let proxy: ChainProxy
let worker: Worker
let alice: string
beforeEach(async () => {
  world = await createWorld()
  proxy = await chainProxy(world.chain.rpcUrl)
  alice = (await person(world, '0')).address
  worker = createWorker(world, proxy.url, { now: () => 0 })
  await (await world.chain.dollar.getFunction('mint')(worker.sender.lane.signer, 100n * CENT)).wait()
})
afterEach(async () => {
  worker.chain.provider.destroy()
  await proxy.close()
  await world.close()
})

async function owe(purpose: string): Promise<void> {
  const data = world.chain.dollar.interface.encodeFunctionData('transfer', [alice, CENT])
  const call = { to: world.chain.token, data, gasLimit: 100_000n }
  await withTransaction(world.pool, (tx) => reserve(tx, worker.sender.lane, purpose, call))
}

const halts = async () => (await world.pool.query('select reason from halts')).rows
const isPaid = (times: bigint) => async () => {
  await worker.send()
  await world.chain.mine(1)
  return (await tokensOf(world.chain, alice)) === times * CENT
}

/** So many looks, at as many blocks. */
async function look(times: number): Promise<string[]> {
  const said: string[] = []
  for (let i = 0; i < times; i++) {
    said.push(await worker.send())
    await world.chain.mine(1)
  }
  return said
}

test('it counts three too many at every block: nothing is signed until it has come to its senses', async () => {
  await owe('first')
  await expect.poll(isPaid(1n), { timeout: 20_000 }).toBe(true)
  await owe('second')
  proxy.rewrite(({ method }: RpcCall, answer) =>
    method === 'eth_getTransactionCount'
      ? {
          ...(answer as object),
          result: `0x${(Number((answer as { result: string }).result) + 3).toString(16)}`,
        }
      : answer,
  )
  for (const said of await look(6)) expect(said).toMatch(/signs nothing: the chain has \d+ transactions/)
  expect(await halts()).toEqual([])
  expect(await tokensOf(world.chain, alice)).toBe(CENT)
  proxy.rewrite(undefined)
  await expect.poll(isPaid(2n), { timeout: 20_000 }).toBe(true)
  expect(await halts()).toEqual([])
})

test('it has the receipt and then has it no more, for six blocks: the payment is not made again', async () => {
  await owe('only')
  await expect.poll(isPaid(1n), { timeout: 20_000 }).toBe(true)
  proxy.rewrite(({ method }: RpcCall, answer) =>
    method === 'eth_getTransactionReceipt' ? { ...(answer as object), result: null } : answer,
  )
  await owe('another')
  for (const said of await look(6)) expect(said).toContain('is spent, and by nothing that is known yet')
  expect(await halts()).toEqual([])
  proxy.rewrite(undefined)
  await expect.poll(isPaid(2n), { timeout: 20_000 }).toBe(true)
  expect(await halts()).toEqual([])
})
