import { vaultContract, vaultInterface } from '@rivulet/contracts'
import { Wallet } from 'ethers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ChainProxy, chainProxy, type RpcCall } from './chain-proxy.ts'
import {
  createWorker,
  createWorld,
  deposit,
  person,
  turnUntil,
  type Worker,
  type World,
  withdraw,
} from './world.ts'

/*
 * A node that leaves out the log of a step that moves no money: no sum of the vault's tells that it is missing, and a
 * block that is booked is never asked for again. Alice is paid all the same.
 */

let world: World
let proxy: ChainProxy
let worker: Worker
beforeEach(async () => {
  world = await createWorld()
  proxy = await chainProxy(world.chain.rpcUrl)
  worker = createWorker(world, proxy.url)
})
afterEach(async () => {
  worker.chain.provider.destroy()
  await proxy.close()
  await world.close()
})

/** Leaves the logs of an event out of what the node answers. */
function leaveOut(name: string): void {
  const topic = vaultInterface.getEvent(name)!.topicHash
  proxy.rewrite(({ method }: RpcCall, answer) => {
    const { result } = answer as { result: { topics: string[] }[] }
    return method === 'eth_getLogs'
      ? { ...(answer as object), result: result.filter(({ topics }) => topics[0] !== topic) }
      : answer
  })
}

const statuses = async (): Promise<string[]> =>
  (await world.pool.query<{ status: string }>('select status from epochs order by number')).rows.map(
    ({ status }) => status,
  )

test.each([
  ['EpochCommitted', 'no commit of epoch 1'],
  ['EpochActivated', 'no activation of epoch 1'],
])('without %s nothing is booked, and everything is as soon as it is told', async (name, why) => {
  const alice = await person(world, '10')
  await deposit(world, alice, '10')
  await turnUntil(world, [worker], async () => (await statuses()).length > 0)
  leaveOut(name)
  let refused = ''
  const look = async () => {
    await worker.settle()
    await worker.send()
    await world.chain.skip(2)
    await worker.watch().catch((error: Error) => {
      refused = error.message
    })
    return refused
  }
  await expect.poll(look, { timeout: 20_000, interval: 10 }).toContain(why)
  proxy.rewrite(undefined)
  await turnUntil(world, [worker], async () => (await statuses())[0] === 'settled')
  const id = await withdraw(world, worker, alice, '1')
  const isPaid = async () =>
    (await world.pool.query("select from withdrawals where id = $1 and status = 'confirmed'", [id]))
      .rowCount === 1
  await turnUntil(world, [worker], isPaid)
  expect((await world.pool.query('select from halts')).rowCount).toBe(0)
})

test('without EpochVoided nothing is booked; told of the veto, settlement halts', async () => {
  const alice = await person(world, '10')
  await deposit(world, alice, '10')
  await turnUntil(world, [worker], async () => (await statuses()).length > 0)
  const guardian = new Wallet(world.chain.keys.guardian, world.chain.provider)
  const vault = vaultContract(world.chain.vault, guardian)
  const isPending = async () => {
    await world.chain.mine(2)
    await worker.watch()
    await worker.settle()
    await worker.send()
    return (await vault.getFunction('head')()).pending
  }
  await expect.poll(isPending, { timeout: 20_000, interval: 10 }).toBe(true)
  await (await vault.getFunction('veto')()).wait()
  leaveOut('EpochVoided')
  const look = async () => {
    await world.chain.mine(2)
    return worker.watch().catch((error: Error) => error.message)
  }
  await expect.poll(look, { timeout: 20_000, interval: 10 }).toContain('no veto of epoch')
  expect(await statuses()).not.toContain('voided')
  proxy.rewrite(undefined)
  await worker.watch()
  expect((await world.pool.query('select reason from halts')).rows).toEqual([{ reason: 'epoch voided' }])
})
