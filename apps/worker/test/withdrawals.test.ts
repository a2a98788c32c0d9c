import { withTransaction } from '@rivulet/db'
import { orderAutoWithdrawal, quoteWithdrawal, requestWithdrawal } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { Wallet } from 'ethers'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withdrawForOrders } from '../src/withdrawals/automatic.ts'
import { releaseWithdrawals } from '../src/withdrawals/release.ts'
import {
  createWorker,
  createWorld,
  deposit,
  expectLaws,
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
} from './world.ts'

const log = pino({ level: 'silent' })

let world: World
let workers: Worker[]
beforeAll(async () => {
  world = await createWorld()
  workers = [createWorker(world), createWorker(world)]
})
afterAll(() => world.close())

/** Somebody with so many dollars in the books. */
async function member(dollars: string) {
  const wallet = await person(world, dollars)
  await deposit(world, wallet, dollars)
  await turnUntil(world, workers, async () => (await memberOf(world.pool, wallet.address)) !== undefined)
  return { wallet, id: (await memberOf(world.pool, wallet.address)) as string }
}

type Told = { status: string; txHash?: string }

async function told(memberId: string): Promise<Told[]> {
  const { rows } = await world.pool.query<{ body: Told }>(
    'select body from notifications where member_id = $1 order by id',
    [memberId],
  )
  return rows.map(({ body }) => body)
}

const settledAll = async () => {
  const { rows } = await world.pool.query(
    `select from withdrawals where status not in ('confirmed', 'cancelled')
     union all select from epochs where status <> 'settled'`,
  )
  return rows.length === 0
}

test("a stranger's address is paid when its hold is over, and alice is told each step, with the transaction", async () => {
  const alice = await member('10')
  const stranger = Wallet.createRandom().address
  const rules = { ...(workers[0] as Worker).rules, withdrawalHoldSeconds: 0 }
  const wish = {
    ...{ memberId: alice.id, amount: amountOf(nano('4')), to: stranger },
    destinations: { own: alice.wallet.address, forbidden: [] },
  }
  const id = await withTransaction(world.pool, async (tx) => {
    const quoted = await quoteWithdrawal(tx, rules, wish)
    if (!quoted.ok) throw new Error(quoted.code)
    const result = await requestWithdrawal(tx, rules, { ...wish, quote: quoted.quote.nonce })
    if (!result.ok) throw new Error(result.code)
    return result.id
  })
  // Its hold has no length, and yet nobody but the room lets it go on.
  expect(await statusOf(world.pool, id)).toBe('held')
  for (const worker of workers) await worker.settle()
  expect(await statusOf(world.pool, id)).toBe('held')
  await Promise.all(workers.map(() => releaseWithdrawals({ pool: world.pool }, log)))
  expect(await statusOf(world.pool, id)).toBe('requested')
  await turnUntil(world, workers, settledAll)

  expect(await tokensOf(world.chain, stranger)).toBe(units('4'))
  expect(await walletOf(world.pool, alice.wallet.address)).toEqual({ available: nano('6') })
  const steps = await told(alice.id)
  expect(steps.map(({ status }) => status)).toEqual([
    ...['held', 'requested', 'settling', 'submitted', 'confirmed'],
  ])
  // The hash she was told is that of the transaction in which the token moved.
  const logs = await world.chain.dollar.queryFilter(
    world.chain.dollar.filters.Transfer!(world.chain.vault, stranger),
  )
  expect(logs).toHaveLength(1)
  expect(steps.map(({ txHash }) => txHash)).toEqual([
    ...[undefined, undefined, undefined],
    ...[logs[0]?.transactionHash, logs[0]?.transactionHash],
  ])
  await expectLaws(world)
})

test('two workers carry a standing order out all along: one at a time, down to the rest', async () => {
  const bob = await member('50')
  const { rules } = workers[0] as Worker
  await withTransaction(world.pool, (tx) =>
    orderAutoWithdrawal(tx, rules, {
      ...{ memberId: bob.id, threshold: nano('20'), rest: nano('7.5'), lane: 'push' },
    }),
  )
  const orders = () => Promise.all(workers.map(() => withdrawForOrders({ pool: world.pool, rules }, log)))
  const most = { open: 0 }
  const turns = (until: () => Promise<boolean>) =>
    turnUntil(world, workers, async () => {
      await orders()
      const { rows } = await world.pool.query<{ open: number }>(
        `select count(*)::int as open from withdrawals where member_id = $1 and status not in ('confirmed')`,
        [bob.id],
      )
      most.open = Math.max(most.open, rows[0]?.open ?? 0)
      return until()
    })
  await turns(async () => (await tokensOf(world.chain, bob.wallet.address)) === units('42.5'))
  // He puts in again what came out: 42.5 and the rest are 50 again.
  await deposit(world, bob.wallet, '42.5')
  await turns(async () => {
    const { rows } = await world.pool.query(
      `select from withdrawals where member_id = $1 and status = 'confirmed'`,
      [bob.id],
    )
    return rows.length === 2
  })
  expect(most.open).toBe(1)
  expect(await tokensOf(world.chain, bob.wallet.address)).toBe(units('42.5'))
  expect(await walletOf(world.pool, bob.wallet.address)).toEqual({ available: nano('7.5') })
  const { rows } = await world.pool.query(
    'select amount, automatic from withdrawals where member_id = $1 order by id',
    [bob.id],
  )
  expect(rows).toEqual([
    { amount: nano('42.5'), automatic: true },
    { amount: nano('42.5'), automatic: true },
  ])
  await turnUntil(world, workers, settledAll)
  await expectLaws(world)
})
