import { encodeClaim, leafProof, vaultContract } from '@rivulet/contracts'
import { keptTree } from '@rivulet/economy'
import { Wallet } from 'ethers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  createWorker,
  createWorld,
  deposit,
  expectLaws,
  hasAll,
  memberOf,
  nano,
  person,
  pullOut,
  statusOf,
  tokensOf,
  turnUntil,
  units,
  type Worker,
  type World,
  walletOf,
  withdraw,
} from './world.ts'

let world: World
let worker: Worker
let alice: Awaited<ReturnType<typeof person>>
let bob: Awaited<ReturnType<typeof person>>
beforeEach(async () => {
  world = await createWorld()
  worker = createWorker(world)
  alice = await person(world, '100')
  bob = await person(world, '100')
  await deposit(world, alice, '50')
  await deposit(world, bob, '50')
  await turnUntil(world, [worker], async () => (await memberOf(world.pool, bob.address)) !== undefined)
})
afterEach(() => world.close())

const query = async <Row>(sql: string, values: unknown[] = []) =>
  (await world.pool.query(sql, values)).rows as Row[]
const isSettled = async () => (await query(`select from epochs where status <> 'settled'`)).length === 0
const account = async (address: string) =>
  (
    await query<{ index: bigint; authorised: bigint; claimed: bigint }>(
      'select index, authorised, claimed from vault_accounts where address = $1',
      [address],
    )
  )[0]!

/** Claims with the leaf of the active epoch, as anybody may. */
async function claim(of: string, sender: Wallet | Awaited<ReturnType<typeof person>>) {
  const number = Number((await world.chain.vaultContract.getFunction('head').staticCall()).number)
  const [epoch] = await query<{ number: number; depth: number }>(
    'select number, depth from epochs where number = $1',
    [number],
  )
  const { index } = await account(of)
  const { leaf, proof } = (await leafProof(
    worker.chain.domain,
    epoch!.depth,
    index,
    keptTree(world.pool, number),
  ))!
  const data = encodeClaim(leaf, proof, of)
  const sent = await sender.sendTransaction({ to: world.chain.vault, data })
  await sent.wait()
  return sent.hash
}

test('a pull withdrawal can be claimed once its epoch is active, by anybody for its owner, and is confirmed by the claim', async () => {
  const pulled = await pullOut(world, worker, alice, '5')
  const pushed = await withdraw(world, worker, bob, '2')
  await turnUntil(world, [worker], () => hasAll(world.pool, [pushed], 'confirmed'))
  expect(await statusOf(world.pool, pulled)).toBe('owed')
  expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('45'), owed: nano('5') })
  expect(await account(alice.address)).toMatchObject({ authorised: units('5'), claimed: 0n })
  await turnUntil(world, [worker], isSettled)
  await expectLaws(world)

  // Another one while the first was not claimed: the vault pays both at once.
  const second = await pullOut(world, worker, alice, '7.25')
  await turnUntil(world, [worker], () => hasAll(world.pool, [second], 'owed'))
  const hash = await claim(alice.address, bob)
  expect(await tokensOf(world.chain, alice.address)).toBe(units('62.25'))
  await turnUntil(world, [worker], () => hasAll(world.pool, [pulled, second], 'confirmed'))
  const ended = await query('select tx_hash from withdrawals where id = any($1)', [[pulled, second]])
  expect(ended).toEqual([{ tx_hash: hash }, { tx_hash: hash }])
  expect(await walletOf(world.pool, alice.address)).toEqual({ available: nano('37.75') })
  expect(await account(alice.address)).toMatchObject({
    authorised: units('12.25'),
    claimed: units('12.25'),
  })

  // What was claimed stays in the tree and is not paid again.
  const third = await pullOut(world, worker, alice, '1')
  await turnUntil(world, [worker], () => hasAll(world.pool, [third], 'owed'))
  await claim(alice.address, alice)
  await turnUntil(world, [worker], () => hasAll(world.pool, [third], 'confirmed'))
  await expect(claim(alice.address, alice)).rejects.toThrow()
  expect(await tokensOf(world.chain, alice.address)).toBe(units('63.25'))
  await turnUntil(world, [worker], isSettled)
  const active = await world.chain.vaultContract.getFunction('activeEpoch').staticCall()
  const totals = await world.chain.vaultContract.getFunction('totals').staticCall()
  // 100 came in, 2 were pushed, 13.25 claimed; the tree holds what was ever authorised.
  expect(active.gross).toBe(units('98'))
  expect(totals.claimed).toBe(units('13.25'))
  await expectLaws(world)
})

test('of a voided epoch nothing stays authorised', async () => {
  const pulled = await pullOut(world, worker, alice, '5')
  const guardian = new Wallet(world.chain.keys.guardian, world.chain.provider)
  const isPending = async () => {
    const head = await world.chain.vaultContract.getFunction('head').staticCall()
    return head.pending && (await account(alice.address)).authorised > 0n
  }
  for (let turn = 0; !(await isPending()); turn++) {
    if (turn > 60) throw new Error('never committed')
    for (const room of ['watch', 'settle', 'send'] as const) await worker[room]()
    if (!(await isPending())) await world.chain.skip(2)
  }
  await (await vaultContract(world.chain.vault, guardian).getFunction('veto')()).wait()
  await turnUntil(world, [worker], async () => (await query('select from halts')).length > 0)
  await world.admin.query('update halts set cleared_at = now()')
  const isDiscarded = async () => (await query('select from discarded_epochs')).length > 0
  // Only this room, so that what lies between the two attempts can be seen.
  await worker.send()
  await worker.settle()
  expect(await isDiscarded()).toBe(true)
  expect(await account(alice.address)).toMatchObject({ authorised: 0n })
  expect(await statusOf(world.pool, pulled)).toBe('requested')
  expect(await walletOf(world.pool, alice.address)).toEqual({
    available: nano('45'),
    withdrawing: nano('5'),
  })

  await turnUntil(world, [worker], () => hasAll(world.pool, [pulled], 'owed'))
  await claim(alice.address, alice)
  await turnUntil(world, [worker], () => hasAll(world.pool, [pulled], 'confirmed'))
  expect(await tokensOf(world.chain, alice.address)).toBe(units('55'))
  await world.admin.query('delete from halts')
  await expectLaws(world)
})
