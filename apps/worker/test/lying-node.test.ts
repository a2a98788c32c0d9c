import { expect, test } from 'vitest'
import type { RpcCall } from './chain-proxy.ts'
import { laneOfEachTest, PATIENCE } from './lane.ts'
import type { Worker } from './world.ts'

/*
 * A node that says for a moment that somebody else uses the operator's key, some blocks long, on a chain whose blocks are
 * quick. Nothing is signed meanwhile, and nothing halts for which somebody would have to be woken. All of it is a moment
 * here.
 */

const { open, owe, halts, paid, world, proxy } = laneOfEachTest({ automine: true })

const misled = () => open({ now: () => 0 }, proxy().url)

const isPaid = (worker: Worker, times: bigint) => async () => {
  await worker.send()
  await world().chain.mine(1)
  return (await paid()) === times
}

/** So many looks, at as many blocks. */
async function look(worker: Worker, times: number): Promise<string[]> {
  const said: string[] = []
  for (let i = 0; i < times; i++) {
    said.push(await worker.send())
    await world().chain.mine(1)
  }
  return said
}

test('it counts three too many at every block: nothing is signed until it has come to its senses', async () => {
  const worker = misled()
  await owe(worker, 'first')
  await expect.poll(isPaid(worker, 1n), PATIENCE).toBe(true)
  await owe(worker, 'second')
  proxy().rewrite(({ method }: RpcCall, answer) => {
    if (method !== 'eth_getTransactionCount') return answer
    const { result } = answer as { result: string }
    return { ...(answer as object), result: `0x${(Number(result) + 3).toString(16)}` }
  })
  for (const said of await look(worker, 6))
    expect(said).toMatch(/signs nothing: the chain has \d+ transactions/)
  expect(await halts()).toEqual([])
  expect(await paid()).toBe(1n)
  proxy().rewrite(undefined)
  await expect.poll(isPaid(worker, 2n), PATIENCE).toBe(true)
  expect(await halts()).toEqual([])
})

test('it has the receipt and then has it no more, for six blocks: the payment is not made again', async () => {
  const worker = misled()
  await owe(worker, 'only')
  await expect.poll(isPaid(worker, 1n), PATIENCE).toBe(true)
  proxy().rewrite(({ method }: RpcCall, answer) =>
    method === 'eth_getTransactionReceipt' ? { ...(answer as object), result: null } : answer,
  )
  await owe(worker, 'another')
  for (const said of await look(worker, 6))
    expect(said).toContain('is spent, and by nothing that is known yet')
  expect(await halts()).toEqual([])
  proxy().rewrite(undefined)
  await expect.poll(isPaid(worker, 2n), PATIENCE).toBe(true)
  expect(await halts()).toEqual([])
})
