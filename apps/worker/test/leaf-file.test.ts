import { createHmac } from 'node:crypto'
import { type Leaf, openLeaf, readLeafFile } from '@rivulet/contracts'
import { withTransaction } from '@rivulet/db'
import { requestWithdrawal } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { Wallet } from 'ethers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LeafFileParts, PART_BYTES } from '../src/settlement/leaf-file.ts'
import { pruneEpochs } from '../src/settlement/prune.ts'
import {
  createWorker,
  createWorld,
  deposit,
  hasAll,
  memberOf,
  nano,
  person,
  SECRET_KEY,
  turnUntil,
  units,
  type Worker,
  type World,
  withdraw,
} from './world.ts'

let world: World
let worker: Worker
beforeEach(async () => {
  world = await createWorld()
  worker = createWorker(world)
})
afterEach(() => world.close())

const query = async <Row>(sql: string, values: unknown[] = []) =>
  (await world.pool.query(sql, values)).rows as Row[]

async function* fileOf(epoch: number) {
  for (const { text } of await query<{ text: string }>(
    'select text from epoch_file_parts where epoch = $1 order by part',
    [epoch],
  ))
    yield Buffer.from(text)
}

/** The leaves that a secret opens in a file. */
async function opened(epoch: number, secret: Uint8Array): Promise<Leaf[]> {
  const leaves: Leaf[] = []
  await readLeafFile(fileOf(epoch), (place, sealed, { domain }) => {
    leaves.push(...sealed.flatMap((text) => openLeaf(domain, place.hash, text, secret) ?? []))
  })
  return leaves
}

async function secretOf(address: string): Promise<Buffer> {
  const [row] = await query<{ secret: Buffer }>(
    'select exit_secret as secret from members where address = $1',
    [address],
  )
  return row!.secret
}

test('each leaf is for its member, for who asked for its payout, or for the treasury, and for nobody else', async () => {
  const [alice, bob] = [await person(world, '10'), await person(world, '10')]
  await deposit(world, alice, '10')
  await deposit(world, bob, '5')
  await turnUntil(world, [worker], async () => (await memberOf(world.pool, bob.address)) !== undefined)
  const stranger = Wallet.createRandom().address
  const ask = async (from: string, dollars: string) => {
    const memberId = (await memberOf(world.pool, from))!
    const asked = await withTransaction(world.pool, (tx) =>
      requestWithdrawal(tx, worker.rules, {
        ...{ memberId, amount: amountOf(nano(dollars)), to: stranger },
        destinations: { own: stranger, forbidden: [] },
      }),
    )
    if (!asked.ok) throw new Error(asked.code)
    return asked.id
  }
  const first = [await ask(alice.address, '1.5'), await ask(bob.address, '2')]
  await turnUntil(world, [worker], () => hasAll(world.pool, first, 'confirmed'))

  const [epoch] = await query<{
    number: number
    root: string
    gross: bigint
    hash: string
    snapshot: string
    attempt: number
  }>('select number, root, gross, data_hash as hash, snapshot, attempt from epochs where payout_total > 0')
  expect(epoch).toMatchObject({ attempt: 1, snapshot: expect.stringMatching(/^\d+:\d+:[\d,]*\/\d+$/) })
  const said = await readLeafFile(fileOf(epoch!.number))
  expect(said).toMatchObject({ root: epoch!.root, gross: epoch!.gross, dataHash: epoch!.hash, leaves: 4 })
  expect(said.payoutTotal).toBe(units('3.5'))

  const amounts = async (secret: Uint8Array) =>
    (await opened(epoch!.number, secret)).map((leaf) => [leaf.account, leaf.spendable, leaf.payout])
  expect(await amounts(await secretOf(alice.address))).toEqual([
    [alice.address, units('8.5'), 0n],
    [stranger, 0n, units('3.5')],
  ])
  expect(await amounts(await secretOf(bob.address))).toEqual([
    [bob.address, units('3'), 0n],
    [stranger, 0n, units('3.5')],
  ])
  const treasury = createHmac('sha256', SECRET_KEY).update('treasury exit').digest()
  expect(await amounts(treasury)).toEqual([[worker.sender.lane.signer, 0n, 0n]])
  expect(await amounts(Buffer.alloc(32, 1))).toEqual([])
})

test('what old epochs said is forgotten, that of the newest active one never', async () => {
  const alice = await person(world, '10')
  await deposit(world, alice, '10')
  await turnUntil(world, [worker], async () => (await memberOf(world.pool, alice.address)) !== undefined)
  for (const dollars of ['1', '2']) {
    const id = await withdraw(world, worker, alice, dollars)
    await turnUntil(world, [worker], () => hasAll(world.pool, [id], 'confirmed'))
  }
  const kept = async () =>
    query<{ epoch: number }>(
      `select epoch from epoch_leaves intersect select epoch from epoch_file_parts order by epoch`,
    )
  const all = await kept()
  const newest = all.at(-1)!
  expect(all.length).toBeGreaterThanOrEqual(2)
  await pruneEpochs(world.pool)
  expect(await kept()).toEqual(all)
  // One that is not settled stays, however old.
  await world.admin.query(`update epochs set status = 'voided' where number = $1`, [all[0]!.epoch])
  await pruneEpochs(world.pool, 1)
  expect(await kept()).toEqual([all[0], newest])
  await world.admin.query(`update epochs set status = 'settled' where number = $1`, [all[0]!.epoch])
  await pruneEpochs(world.pool, 0)
  await pruneEpochs(world.pool, 0)
  expect(await kept()).toEqual([newest])
})

test('a file is cut into parts of 1 MiB, whatever its lines', async () => {
  const parts: string[] = []
  const file = await LeafFileParts.begin(async (part, text) => {
    expect(part).toBe(parts.length)
    parts.push(text)
  })
  const lines = Array.from({ length: 30 }, (_, i) => `${'x'.repeat(i * 9_000)}\n`)
  for (const line of lines) {
    file.add(line)
    await file.flush()
  }
  await file.end()
  expect(parts.join('')).toBe(lines.join(''))
  expect(parts.slice(0, -1).every((part) => part.length === PART_BYTES)).toBe(true)
  expect(parts.length).toBe(Math.ceil(lines.join('').length / PART_BYTES))
})
