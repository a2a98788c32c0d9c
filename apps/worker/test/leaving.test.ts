import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeDemandLeaf, leafProof, readVault } from '@rivulet/contracts'
import { keptTree } from '@rivulet/economy'
import { Wallet } from 'ethers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inFile, killPrograms, leave } from './programs.ts'
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
  shift,
  tokensOf,
  turnUntil,
  units,
  type Worker,
  type World,
  walletOf,
} from './world.ts'

/* Ways of leaving by the exit command, besides that of a member whose leaf has it all. */

const DAY = 86_400
const DELAY = 60

let world: World
let worker: Worker
let resting: Worker
let folder: string
let alice: Awaited<ReturnType<typeof person>>
beforeEach(async () => {
  world = await createWorld({ blockTime: null, challengeDelaySeconds: DELAY })
  worker = createWorker(world)
  resting = { ...worker, settle: async () => 'resting' }
  folder = mkdtempSync(join(tmpdir(), 'rivulet-leaving-'))
  alice = await person(world, '100')
})
afterEach(async () => {
  killPrograms()
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

type Person = typeof alice
const query = async <Row>(sql: string, values: unknown[] = []) =>
  (await world.pool.query(sql, values)).rows as Row[]
const state = () => readVault(world.chain.vault, world.chain.provider, 'latest')
const isMember = (who: Person) => async () => (await memberOf(world.pool, who.address)) !== undefined
const isSettled = async () =>
  (await query('select from epochs')).length > 0 &&
  (await query(`select from epochs where status <> 'settled'`)).length === 0

/** An epoch of everybody there is, active and paid. */
async function settleAll() {
  const { number } = (await state()).head
  await turnUntil(world, [worker], async () => (await state()).head.pending)
  await world.chain.skip(DELAY)
  await turnUntil(world, [worker], async () => (await state()).head.number > number && (await isSettled()))
}

/** What somebody keeps for the day it is needed: the file of an epoch, and the own secret. */
async function kept(who: Person, number: number): Promise<string[]> {
  const parts = await query<{ text: string }>(
    'select text from epoch_file_parts where epoch = $1 order by part',
    [number],
  )
  const [member] = await query<{ secret: Buffer }>(
    'select exit_secret as secret from members where address = $1',
    [who.address],
  )
  const leaves = inFile(folder, `leaves-${number}`, parts.map(({ text }) => text).join(''))
  const secret = inFile(folder, `secret-${who.address}`, `0x${member!.secret.toString('hex')}\n`)
  return ['--leaves', leaves, '--secret', secret]
}

test('dave deposited after the last epoch, and has it back once the vault is frozen; so has erin, who has no file', async () => {
  await deposit(world, alice, '50')
  await turnUntil(world, [resting], isMember(alice))
  await settleAll()
  const [dave, erin] = [await person(world, '30'), await person(world, '20')]
  await deposit(world, dave, '12.5')
  await deposit(world, erin, '20')
  await deposit(world, alice, '5')
  await turnUntil(world, [resting], isMember(erin))
  const his = await kept(dave, 1)
  const hers = ['--vault', world.chain.vault]

  // As long as the operator may come back, the deposit is in the next epoch.
  for (const [who, by] of [
    [dave, his],
    [erin, hers],
  ] as const)
    expect(await leave(world, folder, who, ...by)).toMatchObject({
      code: 0,
      text: expect.stringContaining('a deposit that no epoch has counted yet comes with the next one'),
    })
  expect((await state()).head.frozen).toBe(false)

  await world.chain.skip(14 * DAY + 1)
  const elsewhere = Wallet.createRandom().address
  const left = await leave(world, folder, dave, ...his, '--to', elsewhere)
  expect(left).toMatchObject({ code: 0, text: expect.stringContaining('exit mode has begun') })
  // The vault gives a deposit back to the account itself, wherever it wants it.
  expect(left.text).toContain(
    `Got back deposits that no tree had counted. 12.5 tUSD went to ${dave.address}.`,
  )
  expect(await tokensOf(world.chain, dave.address)).toBe(units('30'))
  expect(await leave(world, folder, erin, ...hers)).toMatchObject({ code: 0 })
  expect(await tokensOf(world.chain, erin.address)).toBe(units('20'))

  // Alice's first deposit is in the tree, so she needs her leaf; with it she has the late one too.
  expect(await leave(world, folder, alice, ...hers)).toMatchObject({
    code: 1,
    text: expect.stringContaining('leave with that leaf'),
  })
  expect(await leave(world, folder, alice, ...(await kept(dave, 1)))).toMatchObject({
    code: 1,
    text: expect.stringContaining('leave with that leaf'),
  })
  expect(await leave(world, folder, alice, ...(await kept(alice, 1)))).toMatchObject({ code: 0 })
  expect(await tokensOf(world.chain, alice.address)).toBe(units('100'))
  expect(await tokensOf(world.chain, world.chain.vault)).toBe(0n)

  for (const [who, by] of [
    [dave, his],
    [alice, hers],
  ] as const)
    expect(await leave(world, folder, who, ...by)).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^Nothing of 0x\w+ is left/m),
    })
})

test('no epoch was ever activated: alice has no file to leave with, and needs none', async () => {
  await deposit(world, alice, '40')
  await world.chain.skip(14 * DAY + 1)
  expect(await leave(world, folder, alice, '--vault', world.chain.vault)).toMatchObject({
    code: 0,
    text: expect.stringContaining(`40.0 tUSD went to ${alice.address}`),
  })
  expect(await tokensOf(world.chain, alice.address)).toBe(units('100'))
})

test('what is wrongly asked of the command is told, and nothing is sent', async () => {
  const vault = ['--vault', world.chain.vault]
  for (const by of [
    [...vault, '--leaves', 'x'],
    ['--leaves', 'x'],
  ])
    expect(await leave(world, folder, alice, ...by)).toMatchObject({
      code: 2,
      text: expect.stringContaining('--vault ADDRESS'),
    })
  expect(await leave(world, folder, alice, '--vault', '0x12')).toMatchObject({ code: 2 })
  expect(await leave(world, folder, alice, '--vault', alice.address)).toMatchObject({
    code: 1,
    text: expect.stringContaining('there is no vault at'),
  })
  expect(await world.chain.provider.getTransactionCount(alice.address)).toBe(0)
})

test('the vault is alive: alice claims what was granted to where she wants it, once, and the books follow', async () => {
  await deposit(world, alice, '50')
  await turnUntil(world, [resting], isMember(alice))
  const pulled = await pullOut(world, worker, alice, '5.25')
  // The rest is in her budget, which nobody can demand: all there is to do is to claim.
  await shift(world, alice.address, 'available', 'budget', nano('44.75'))
  await settleAll()
  expect(await walletOf(world.pool, alice.address)).toEqual({ owed: nano('5.25'), budget: nano('44.75') })

  const elsewhere = Wallet.createRandom().address
  const hers = [...(await kept(alice, 1)), '--to', elsewhere]
  const claimed = await leave(world, folder, alice, ...hers)
  expect(claimed).toMatchObject({
    code: 0,
    text: expect.stringContaining(`Claimed what was granted. 5.25 tUSD went to ${elsewhere}.`),
  })
  expect(claimed.text).toContain('Nothing more can be demanded now.')
  const again = await leave(world, folder, alice, ...hers)
  expect(again).toMatchObject({ code: 0, text: expect.not.stringContaining('Claimed') })
  expect(await tokensOf(world.chain, elsewhere)).toBe(units('5.25'))
  expect((await state()).head).toMatchObject({ frozen: false, number: 1 })

  await turnUntil(world, [worker], () => hasAll(world.pool, [pulled], 'confirmed'))
  expect(await walletOf(world.pool, alice.address)).toEqual({ budget: nano('44.75') })
  await expectLaws(world)
})

test('the operator dies owing bob a leaf of the pending epoch: everybody leaves by the one before', async () => {
  const bob = await person(world, '100')
  await deposit(world, alice, '50')
  await deposit(world, bob, '50')
  await turnUntil(world, [resting], isMember(bob))
  await settleAll()
  await shift(world, alice.address, 'available', 'budget', nano('7'))
  await turnUntil(world, [worker], async () => (await state()).head.pending)
  const [place] = await query<{ index: bigint }>('select index from vault_accounts where address = $1', [
    bob.address,
  ])
  const [epoch] = await query<{ depth: number }>('select depth from epochs where number = 1')
  const tree = keptTree(world.pool, 1)
  const { leaf, proof } = (await leafProof(worker.chain.domain, epoch!.depth, place!.index, tree))!
  const demanded = await bob.sendTransaction({
    to: world.chain.vault,
    data: encodeDemandLeaf(leaf, proof),
  })
  await demanded.wait()
  await world.chain.skip(14 * DAY + 1)

  expect(await leave(world, folder, alice, ...(await kept(alice, 2)))).toMatchObject({
    code: 1,
    text: expect.stringContaining('somebody demands to see their leaf of epoch 2'),
  })
  for (const who of [alice, bob]) {
    expect(await leave(world, folder, who, ...(await kept(who, 1)))).toMatchObject({ code: 0 })
    expect(await tokensOf(world.chain, who.address)).toBe(units('100'))
  }
  expect((await state()).head).toMatchObject({ number: 1, frozen: true, pending: false })
})
