import { newId, withTransaction } from '@rivulet/db'
import { act, closePeriodStep, type InteractionKind, wallet } from '@rivulet/economy'
import type { HDNodeWallet } from 'ethers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChecker } from './checker.ts'
import { plantEpoch } from './planted-epoch.ts'
import {
  createWorker,
  createWorld,
  deposit,
  expectLaws,
  hasAll,
  memberOf,
  nano,
  person,
  shift,
  turnUntil,
  units,
  type Worker,
  type World,
  withdraw,
} from './world.ts'

/*
 * Alice, who has a budget of 4, likes posts of Bob and Carol. A close first splits it, into the account of the period, and
 * then hands over, here a few receipts a step. Each epoch is built at another point of that, and judged at once, and
 * again when all is over.
 */
let world: World
let worker: Worker
let checker: ReturnType<typeof createChecker>
let people: { wallet: HDNodeWallet; id: string }[]
beforeAll(async () => {
  world = await createWorld()
  worker = createWorker(world, world.chain.rpcUrl, { checkerRequired: true })
  checker = createChecker(world)
  const wallets = [await person(world, '50'), await person(world, '50'), await person(world, '50')]
  for (const one of wallets) await deposit(world, one, '50')
  const watching = { ...worker, settle: async () => 'resting' }
  const known = async () => Boolean(await memberOf(world.pool, wallets[2]!.address))
  await turnUntil(world, [watching], known)
  people = await Promise.all(
    wallets.map(async (one) => ({ wallet: one, id: (await memberOf(world.pool, one.address))! })),
  )
})
afterAll(async () => {
  await checker.close()
  await world.close()
})

const query = async <Row>(sql: string, values: unknown[] = []) =>
  (await world.pool.query(sql, values)).rows as Row[]

async function postBy(authorId: string): Promise<string> {
  const id = newId()
  await query(`insert into posts (id, author_id, kind, text) values ($1, $2, 'note', 'hello')`, [
    id,
    authorId,
  ])
  return id
}
const says = (actorId: string, postId: string, kind: InteractionKind, on = true) =>
  withTransaction(world.pool, (tx) => act(tx, worker.rules, [{ actorId, postId, kind, on }]))
const step = (period: bigint) =>
  withTransaction(world.pool, (tx) => closePeriodStep(tx, worker.rules, period, { limit: 1 }))

/** Builds an epoch with a withdrawal of Alice's, judges it, and brings it to its end. @returns its number */
async function epochNow(found: () => Promise<unknown> = async () => {}): Promise<number> {
  const id = await withdraw(world, worker, people[0]!.wallet, '1')
  await turnUntil(world, [{ ...worker, settle: judged }], () => hasAll(world.pool, [id], 'settling'))
  const [epoch] = await query<{ number: number }>(`select max(number) as number from epochs`)
  expect(await checker.judge()).toEqual([])
  await found()
  await turnUntil(world, [{ ...worker, settle: judged }], () => hasAll(world.pool, [id], 'confirmed'))
  await turnUntil(world, [{ ...worker, settle: judged }], async () => {
    return (await query(`select from epochs where status <> 'settled'`)).length === 0
  })
  return epoch!.number
}

async function judged(): Promise<string> {
  expect((await checker.check()) ?? []).toEqual([])
  return worker.settle()
}

/** Nano that the second close still has to hand over. */
async function left(): Promise<bigint> {
  const rows = await query<{ balance: bigint }>(`select balance from ledger.account where ref = 'period:2'`)
  return rows[0]?.balance ?? 0n
}

/** What a leaf of an epoch holds for somebody, in units. */
async function heldOf(epoch: number, who: number): Promise<bigint> {
  const [row] = await query<{ held: bigint }>(
    'select held from epoch_leaves where epoch = $1 and account = $2',
    [epoch, people[who]!.wallet.address],
  )
  return row!.held
}

test('epochs built at each point of a close are as they should be, at once and when all is over', async () => {
  const [alice, bob, carol] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]]
  const [bobs, carols] = [await postBy(bob.id), await postBy(carol.id)]
  await says(alice.id, bobs, 'like')
  await says(alice.id, carols, 'like')
  await query('update interactions set period = 1')
  await shift(world, alice.wallet.address, 'available', 'budget', nano('4'))

  // Split, and nothing handed over.
  expect(await step(1n)).toMatchObject({ done: false, paid: nano('4') })
  const epochs = [
    await epochNow(async () => {
      // What is on its way to Bob, given to Carol.
      const found = await checker.judge((client) =>
        plantEpoch(client, worker, ({ leaves }) => {
          const leafOf = (who: number) => leaves.find((leaf) => leaf.account === people[who]!.wallet.address)!
          leafOf(1).held -= units('1.9')
          leafOf(2).held += units('1.9')
        }),
      )
      expect(found.sort()).toEqual(
        [
          `of ${bob.wallet.address}: held is 0 and should be 1900000`,
          `of ${carol.wallet.address}: held is 3800000 and should be 1900000`,
        ].map((fault) => expect.stringContaining(fault)),
      )
    }),
  ]
  // Two each, less 5 %.
  expect([await heldOf(epochs[0]!, 1), await heldOf(epochs[0]!, 2)]).toEqual([units('1.9'), units('1.9')])

  // Alice takes back her like of Carol's post: what is not handed over goes back, to be split no more.
  await says(alice.id, carols, 'like', false)
  epochs.push(await epochNow())
  expect([await heldOf(epochs[1]!, 1), await heldOf(epochs[1]!, 2)]).toEqual([units('1.9'), 0n])

  // Bob has what is his; the period is over. Both judged again, after what they could not see.
  let done = false
  while (!done) ({ done } = await step(1n))
  expect((await wallet(world.pool, bob.id)).pending).toBe(nano('2'))
  epochs.push(await epochNow())
  expect([await heldOf(epochs[2]!, 1), await heldOf(epochs[2]!, 2)]).toEqual([units('1.9'), 0n])

  // Bob likes three posts of each of the others, more than one step hands over, and Carol one of Alice's.
  for (const author of [alice, carol])
    for (let i = 0; i < 3; i++) await says(bob.id, await postBy(author.id), 'like')
  await says(carol.id, await postBy(alice.id), 'like')
  await query('update interactions set period = 2 where period > 1')
  await shift(world, bob.wallet.address, 'available', 'budget', nano('6'))
  await shift(world, carol.wallet.address, 'available', 'budget', nano('6'))
  // An epoch when one of the two has paid, one when both have, and one when one receiver has been handed theirs.
  while ((await left()) === 0n) await step(2n)
  expect(await left()).toBe(nano('6'))
  epochs.push(await epochNow())
  while ((await left()) === nano('6')) await step(2n)
  expect(await left()).toBe(nano('12'))
  epochs.push(await epochNow())
  while ((await left()) === nano('12')) expect((await step(2n)).done).toBe(false)
  expect([nano('3'), nano('9')]).toContain(await left())
  epochs.push(await epochNow())
  // Alice gets 3 of Bob and 6 of Carol, Carol 3, all less 5 %; what Alice had back is in her budget.
  for (const epoch of epochs.slice(-2))
    expect([await heldOf(epoch, 0), await heldOf(epoch, 1), await heldOf(epoch, 2)]).toEqual([
      units('2') + units('8.55'),
      units('1.9'),
      units('2.85'),
    ])

  while (!(await step(2n)).done);
  expect(await left()).toBe(0n)
  for (const number of epochs) expect(await checker.judge(undefined, { number })).toEqual([])
  await expectLaws(world)
})
