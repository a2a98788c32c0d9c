import { createHmac } from 'node:crypto'
import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { act, closePeriodStep, wallet } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LeafRow, rebuiltTop } from './rebuilt-root.ts'
import {
  createWorker,
  createWorld,
  deposit,
  expectLaws,
  hasAll,
  memberOf,
  nano,
  person,
  SECRET_KEY,
  shift,
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

/** A campaign with so much in escrow, of which `open` is reserved for views under way. */
async function campaignOf(address: string, budget: bigint, open: bigint): Promise<void> {
  const id = newId()
  await withTransaction(world.pool, async (tx) => {
    const { rows } = await tx.query<{ id: string }>('select id from members where address = $1', [address])
    await tx.query(
      `insert into campaigns (id, sponsor_id, title, body, url, budget, price_per_view, daily_cap_per_member)
       values ($1, $2, 'Umbrellas', 'Dry all day.', 'https://umbrellas.test', $3, $4, 5)`,
      [id, rows[0]!.id, budget, open],
    )
    const escrow = `campaign:${id}`
    await ledgerOf(tx).open([escrow, `${escrow}:open`])
    const answers = await ledgerOf(tx).post([
      {
        ...{ id: newId(), leg: 0, debit: `member:${rows[0]!.id}:available`, credit: escrow },
        ...{ amount: amountOf(budget), code: 25 },
      },
      { id: newId(), leg: 0, debit: escrow, credit: `${escrow}:open`, amount: amountOf(open), code: 25 },
    ])
    expect(answers).toEqual(['ok', 'ok'])
  })
}

test('the active root is that of the books, rebuilt from SQL alone', async () => {
  const people = []
  for (const dollars of ['10', '20.5', '30.000001']) {
    const one = await person(world, dollars)
    await deposit(world, one, dollars)
    people.push(one)
  }
  const [alice, bob, carol] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]]
  await turnUntil(world, [worker], async () => (await memberOf(world.pool, carol.address)) !== undefined)
  // Fractions of a unit in every kind of account: dust, which is the treasury's to carry.
  await shift(world, alice.address, 'available', 'pending', nano('1.000000777'))
  await shift(world, bob.address, 'available', 'pledge', nano('0.000000499'))
  await shift(world, carol.address, 'available', 'budget', nano('2.000001999'))
  await campaignOf(bob.address, nano('4.5'), nano('0.25'))
  const ids = [await withdraw(world, worker, alice, '1.5'), await withdraw(world, worker, bob, '2.25')]
  const isCommitted = async () =>
    (
      await query('select from epochs e join withdrawals w on w.epoch = e.number where e.status = $1', [
        'active',
      ])
    ).length > 0
  await turnUntil(world, [worker], isCommitted)

  const [epoch] = await query<{ number: number; depth: number; root: string }>(
    'select number, depth, root from epochs order by number desc limit 1',
  )
  const { top, leaves } = await rebuiltTop(world, epoch!)

  const active = await world.chain.vaultContract.getFunction('activeEpoch').staticCall()
  expect(top.hash).toBe(active.root)
  expect(top.sum).toBe(active.gross)
  // 60.500001 came in, 3.75 is being paid.
  expect(top.sum).toBe(units('60.500001') - units('3.75'))
  expect(active.payoutTotal).toBe(units('3.75'))
  expect(active.depositsSeen).toBe(units('60.500001'))

  // 5 % of alice's 1.000000777 pending is 0.05000003885, rounded up to 0.050000039: 0.950000738 would become hers.
  expect(leaves[0]?.account).toBe(worker.sender.lane.signer)
  const said = ({ spendable, held, payout, deposited }: LeafRow) => ({ spendable, held, payout, deposited })
  expect(Object.fromEntries(leaves.map((leaf) => [leaf.account, said(leaf)]))).toEqual({
    // What is left of 56.750001: the clearing fee to come, and the dust of the others.
    [worker.sender.lane.signer]: { spendable: 0n, held: units('0.050002'), payout: 0n, deposited: 0n },
    [alice.address]: {
      spendable: units('7.499999'),
      held: units('0.95'),
      payout: units('1.5'),
      deposited: units('10'),
    },
    // 20.5 less 2.25 and less the campaign, tokens out for views included; moving a part of it to the pledge leaves the sum,
    // so nothing is floored away.
    [bob.address]: {
      spendable: units('13.75'),
      held: units('4.5'),
      payout: units('2.25'),
      deposited: units('20.5'),
    },
    [carol.address]: {
      spendable: units('27.999999'),
      held: units('2.000001'),
      payout: 0n,
      deposited: units('30.000001'),
    },
  })
  for (const { account, salt } of leaves)
    expect(salt).toBe(
      `0x${createHmac('sha256', SECRET_KEY).update(`leaf salt\n${account}\n${epoch?.number}`).digest('hex')}`,
    )
  await turnUntil(world, [worker], () => hasAll(world.pool, ids, 'confirmed'))
  await expectLaws(world)
})

test('an epoch built while a period is being closed: what is not delivered is held for its receiver', async () => {
  const people = []
  for (const dollars of ['10', '20']) {
    const one = await person(world, dollars)
    await deposit(world, one, dollars)
    people.push(one)
  }
  const [alice, bob] = people as [(typeof people)[0], (typeof people)[0]]
  await turnUntil(world, [worker], async () => (await memberOf(world.pool, bob.address)) !== undefined)
  const [aliceId, bobId] = [
    await memberOf(world.pool, alice.address),
    await memberOf(world.pool, bob.address),
  ]
  const postId = newId()
  await query(`insert into posts (id, author_id, kind, text) values ($1, $2, 'note', 'hello')`, [
    postId,
    bobId,
  ])
  await withTransaction(world.pool, (tx) =>
    act(tx, worker.rules, [{ actorId: aliceId!, postId, kind: 'like', on: true }]),
  )
  await query('update interactions set period = 1')
  await shift(world, alice.address, 'available', 'budget', nano('2'))
  const step = () => withTransaction(world.pool, (tx) => closePeriodStep(tx, worker.rules, 1n))
  expect(await step()).toMatchObject({ done: false, paid: nano('2') })

  const id = await withdraw(world, worker, alice, '1')
  await turnUntil(world, [worker], () => hasAll(world.pool, [id], 'confirmed'))
  const [epoch] = await query<{ number: number; depth: number }>(
    'select number, depth from epochs where payout_total > 0',
  )
  const { top, leaves } = await rebuiltTop(world, epoch!)
  expect(top.sum).toBe(units('30') - units('1'))
  // 2 less 5 %: bob's, as if the close had come to its end.
  expect(leaves.find((leaf) => leaf.account === bob.address)).toMatchObject({ held: units('1.9') })
  expect(leaves.find((leaf) => leaf.account === alice.address)).toMatchObject({
    held: 0n,
    spendable: units('7'),
  })

  expect(await step()).toMatchObject({ done: true })
  expect((await wallet(world.pool, bobId!)).pending).toBe(nano('2'))
  await expectLaws(world)
})

test('places are permanent, and the tree deepens before they run out', async () => {
  const alice = await person(world, '100')
  await deposit(world, alice, '50')
  await turnUntil(world, [worker], async () => (await memberOf(world.pool, alice.address)) !== undefined)
  const first = await withdraw(world, worker, alice, '1')
  await turnUntil(world, [worker], () => hasAll(world.pool, [first], 'confirmed'))
  const [before] = await query<{ index: bigint }>('select index from vault_accounts where address = $1', [
    alice.address,
  ])

  // Twelve of the sixteen places of the first tree are the most before it deepens.
  const crowd = Array.from({ length: 14 }, (_, i) => `0x${(i + 1).toString(16).padStart(40, '0')}`)
  await world.admin.query('insert into vault_accounts (address) select unnest($1::text[])', [crowd])
  const second = await withdraw(world, worker, alice, '1')
  await turnUntil(world, [worker], () => hasAll(world.pool, [second], 'confirmed'))

  const depths = await query<{ depth: number }>('select distinct depth from epochs order by depth')
  expect(depths).toEqual([{ depth: 4 }, { depth: 5 }])
  expect(await query('select index from vault_accounts where address = $1', [alice.address])).toEqual([
    before,
  ])
  await expectLaws(world)
})
