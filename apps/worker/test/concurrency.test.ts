import { setTimeout as sleep } from 'node:timers/promises'
import { newId, type Pool, withTransaction } from '@rivulet/db'
import { act, cancelWithdrawal, pledge, tip } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { chainProxy } from './chain-proxy.ts'
import { rebuiltTop } from './rebuilt-root.ts'
import {
  createWorker,
  createWorld,
  deposit,
  expectLaws,
  hasAll,
  memberOf,
  nano,
  person,
  statusOf,
  tokensOf,
  turnUntil,
  units,
  type Worker,
  type World,
  walletOf,
  withdraw,
} from './world.ts'

type Person = Awaited<ReturnType<typeof person>>

let world: World
let worker: Worker
beforeEach(async () => {
  world = await createWorld()
  worker = createWorker(world)
})
afterEach(() => world.close())

const query = async <Row>(sql: string, values: unknown[] = []) =>
  (await world.pool.query(sql, values)).rows as Row[]

const areSettled = async () => (await query(`select from epochs where status <> 'settled'`)).length === 0

async function members(...dollars: string[]) {
  const people: Person[] = []
  for (const amount of dollars) {
    const one = await person(world, '1000')
    await deposit(world, one, amount)
    people.push(one)
  }
  await turnUntil(
    world,
    [worker],
    async () => (await memberOf(world.pool, people.at(-1)!.address)) !== undefined,
  )
  await turnUntil(world, [worker], areSettled)
  return people
}

/**
 * Does something over and over until told to stop; what goes wrong with it comes out then.
 * @param pauseMs between two, so that many of them leave the worker a share of the machine
 */
function over(work: () => Promise<unknown>, pauseMs = 0): () => Promise<number> {
  let isOver = false
  const rounds = (async () => {
    let n = 0
    for (; !isOver; n++) {
      await work()
      if (pauseMs > 0) await sleep(pauseMs)
    }
    return n
  })()
  rounds.catch(() => {})
  return () => {
    isOver = true
    return rounds
  }
}

test('a member who requests and cancels without end does not keep others from being paid', async () => {
  const [alice, mallory] = (await members('10', '10')) as [Person, Person]
  const memberId = (await memberOf(world.pool, mallory.address))!
  const proxy = await chainProxy(world.chain.rpcUrl)
  proxy.slowDown(({ method }) => (method === 'eth_call' ? 100 : 0))
  const slow = createWorker(world, proxy.url)
  try {
    const stop = over(async () => {
      const id = await withdraw(world, worker, mallory, '0.001').catch(() => undefined)
      if (id) await withTransaction(world.pool, (tx) => cancelWithdrawal(tx, { memberId, id }))
    })
    const id = await withdraw(world, worker, alice, '4')
    await slow.settle()
    expect(await statusOf(world.pool, id)).toBe('settling')
    expect(await stop()).toBeGreaterThan(5)
    await turnUntil(world, [worker], () => hasAll(world.pool, [id], 'confirmed'))
    expect(await tokensOf(world.chain, alice.address)).toBe(units('994'))
    await turnUntil(
      world,
      [worker],
      async () => (await walletOf(world.pool, mallory.address)).withdrawing === undefined,
    )
    await expectLaws(world)
  } finally {
    slow.chain.provider.destroy()
    await proxy.close()
  }
})

async function post(pool: Pool, authorId: string): Promise<string> {
  const id = newId()
  await pool.query(`insert into posts (id, author_id, kind, text) values ($1, $2, 'note', 'hello')`, [
    id,
    authorId,
  ])
  return id
}

/** Token units that ever came into the vault up to a block, and that left it, as the token's logs have them. */
async function transferred(toBlock: number): Promise<[bigint, bigint]> {
  const { dollar, vault } = world.chain
  const Transfer = dollar.filters.Transfer!
  const sides = [Transfer(null, vault), Transfer(vault, null)]
  const logs = await Promise.all(sides.map((side) => dollar.queryFilter(side, 0, toBlock)))
  return logs.map((some) => some.reduce((sum, log) => sum + BigInt(log.data), 0n)) as [bigint, bigint]
}

test('epochs built while members like, tip, deposit and withdraw are exact to the unit', async () => {
  const people = await members('50', '50', '50')
  const ids = await Promise.all(people.map(async (one) => (await memberOf(world.pool, one.address))!))
  const [aliceId, bobId, carolId] = ids as [string, string, string]
  const { rules } = worker
  const posted = await post(world.pool, bobId)
  await withTransaction(world.pool, (tx) =>
    pledge(
      tx,
      [aliceId, carolId].map((memberId) => ({ memberId, amount: amountOf(nano('5')) })),
    ),
  )
  const like = (actorId: string, on: boolean) =>
    withTransaction(world.pool, (tx) => act(tx, rules, [{ actorId, postId: posted, kind: 'like', on }]))
  const give = (payerId: string, memberId: string) =>
    withTransaction(world.pool, (tx) =>
      tip(tx, rules, [{ payerId, to: { memberId }, amount: amountOf(nano('0.001234567')) }]),
    )
  const asked: string[] = []
  const stops = [
    async () => {
      for (const on of [true, false]) await like(aliceId, on)
    },
    () => give(aliceId, carolId),
    () => give(carolId, bobId),
    async () => asked.push(await withdraw(world, worker, people[1]!, '0.01')),
    () => deposit(world, people[2]!, '0.5'),
    () => worker.watch(),
  ].map((work) => over(work, 100))
  const built = async () => Number((await query<{ n: bigint }>('select count(*) as n from epochs'))[0]?.n)
  const before = await built()
  await turnUntil(world, [worker], async () => (await built()) >= before + 4)
  const rounds = await Promise.all(stops.map((stop) => stop()))
  for (const n of rounds) expect(n).toBeGreaterThan(3)
  await turnUntil(world, [worker], () => hasAll(world.pool, asked, 'confirmed'))
  await turnUntil(world, [worker], areSettled)

  const epochs = await query<{
    number: number
    depth: number
    root: string
    gross: bigint
    payoutTotal: bigint
    depositsSeen: bigint
    snapshotBlock: bigint
  }>(
    `select number, depth, root, gross, payout_total as "payoutTotal", deposits_seen as "depositsSeen",
            snapshot_block as "snapshotBlock" from epochs order by number`,
  )
  for (const epoch of epochs) {
    const { top, leaves } = await rebuiltTop(world, epoch)
    expect(top).toEqual({ hash: epoch.root, sum: epoch.gross })
    // The treasury has fees and dust: a single deposit that were in one part of the snapshot only would be half a dollar.
    expect(leaves[0]!.held).toBeLessThan(units('0.4'))
    // One epoch at a time: what the vault held at the snapshot's block is the tree's and the payouts', and nothing else's.
    const [came, went] = await transferred(Number(epoch.snapshotBlock))
    expect(epoch.gross + epoch.payoutTotal).toBe(came - went)
    expect(epoch.depositsSeen).toBe(came)
  }
  const active = await world.chain.vaultContract.getFunction('activeEpoch').staticCall()
  expect(active.root).toBe(epochs.at(-1)?.root)
  await turnUntil(world, [worker], async () => {
    const { rows } = await world.pool.query<{ reserve: bigint }>(
      `select -balance as reserve from ledger.account where ref = 'chain:reserve'`,
    )
    return rows[0]?.reserve === (await tokensOf(world.chain, world.chain.vault)) * 1000n
  })
  await expectLaws(world)
})
