import { leafHash, sealLeaf } from '@rivulet/contracts'
import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { memberAccount } from '@rivulet/economy'
import { amountOf, takeCheckpoint } from '@rivulet/ledger'
import { Wallet } from 'ethers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createGuard } from '../src/checker/guard.ts'
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
  pullOut,
  shift,
  tokensOf,
  turnUntil,
  units,
  type Worker,
  type World,
  withdraw,
} from './world.ts'

let world: World
let worker: Worker
let checker: ReturnType<typeof createChecker>
let alice: Awaited<ReturnType<typeof person>>
let bob: Awaited<ReturnType<typeof person>>
let paid: string
/** What opens Alice's leaf, and Bob's. */
let secrets: Uint8Array[]
beforeAll(async () => {
  world = await createWorld()
  worker = createWorker(world, world.chain.rpcUrl, { checkerRequired: true })
  checker = createChecker(world)
  alice = await person(world, '100')
  bob = await person(world, '100')
  await deposit(world, alice, '50')
  await deposit(world, bob, '40')
  const watching = { ...worker, settle: async () => 'resting' }
  await turnUntil(world, [watching], async () => (await memberOf(world.pool, bob.address)) !== undefined)
  await shift(world, alice.address, 'available', 'pledge', nano('3.0000005'))
  await shift(world, bob.address, 'available', 'pending', nano('2.000000777'))
  await shift(world, bob.address, 'available', 'budget', nano('1.5'))
  const known = await query<{ secret: Buffer }>(
    'select exit_secret as secret from members where address = any($1) order by address = $2',
    [[alice.address, bob.address], bob.address],
  )
  secrets = known.map(({ secret }) => secret)
  // An epoch before, with somebody paid and somebody authorised.
  paid = await withdraw(world, worker, bob, '2')
  const pulled = await pullOut(world, worker, alice, '4')
  await turnUntil(world, [judged()], () => hasAll(world.pool, [paid], 'confirmed'))
  await turnUntil(world, [judged()], () => hasAll(world.pool, [pulled], 'owed'))
  await turnUntil(world, [judged()], isSettled)
  // And the one that is judged below: built, and waiting.
  await withdraw(world, worker, alice, '5')
  await withdraw(world, worker, bob, '6')
  await pullOut(world, worker, alice, '1')
  await worker.settle()
})
afterAll(async () => {
  await checker.close()
  await world.close()
})

const query = async <Row>(sql: string, values: unknown[] = []) =>
  (await world.pool.query(sql, values)).rows as Row[]
const isSettled = async () => (await query(`select from epochs where status <> 'settled'`)).length === 0
/** The worker, with a checker that looks before each of its turns. */
function judged(): Worker {
  return {
    ...worker,
    settle: async () => {
      expect((await checker.check()) ?? []).toEqual([])
      return worker.settle()
    },
  }
}

const judge: ReturnType<typeof createChecker>['judge'] = (...wish) => checker.judge(...wish)

const of = (address: string) => expect.stringContaining(`of ${address}: `)

test('what was built honestly is as it should be', async () => {
  expect(await judge(async () => {})).toEqual([])
  expect(await worker.settle()).toContain('waiting for the checker')
})

test.each<[string, Parameters<typeof plantEpoch>[2], () => unknown[]]>([
  [
    'money of one leaf moved to another',
    ({ leaves }) => {
      leaves[1]!.spendable -= 1n
      leaves[2]!.spendable += 1n
    },
    () => [of(alice.address), of(bob.address)],
  ],
  [
    'a withdrawal paid twice',
    ({ leaves, batches }) => {
      batches[0]![0]!.amount *= 2n
      leaves[1]!.payout *= 2n
      leaves[1]!.spendable -= units('5')
    },
    () => [`batch 0 pays ${alice.address} 10000000 units where 5000000 were asked for`, of(alice.address)],
  ],
  [
    'a leaf left out',
    ({ leaves }) => {
      const [gone] = leaves.splice(2, 1)
      leaves[0]!.held += gone!.spendable + gone!.held
    },
    () => [expect.stringMatching(/^leaf 0 of .*held is/), `leaf 2 of ${bob.address} is left out`],
  ],
  [
    'authorised lowered',
    ({ leaves }) => {
      leaves[1]!.authorised -= units('4')
      leaves[0]!.held += units('4')
    },
    () => [
      expect.stringMatching(/^leaf 0 of .*held is/),
      `leaf 1 of ${alice.address}: authorised is 1000000 and should be 5000000`,
      'the authorised total is 1000000 and should be 5000000',
    ],
  ],
  [
    'a batch paying somebody else',
    ({ batches }) => {
      batches[0]![1]!.account = Wallet.createRandom().address
    },
    () => [expect.stringContaining('that nobody asked for there'), `batch 0 leaves out ${bob.address}`],
  ],
  [
    'a recipient twice in a batch',
    ({ batches }) => {
      batches[0]!.push({ ...batches[0]![1]! })
    },
    () => [expect.stringContaining(`batch 0 pays ${bob.address} 6000000 units that nobody asked for`)],
  ],
  [
    'a deposit that was never made',
    ({ leaves }) => {
      leaves[2]!.deposited += 1n
    },
    () => [`leaf 2 of ${bob.address}: deposited is 40000001 and should be 40000000`],
  ],
  [
    'what is held called spendable',
    ({ leaves }) => {
      leaves[2]!.spendable += leaves[2]!.held
      leaves[2]!.held = 0n
    },
    () => [of(bob.address)],
  ],
  [
    'a place given to another account',
    ({ leaves }) => {
      leaves[2]!.account = Wallet.createRandom().address
    },
    () => [expect.stringMatching(/^leaf 2 of .*account is/)],
  ],
  [
    'a leaf of nobody',
    ({ leaves }) => {
      leaves.push({
        ...leaves[2]!,
        index: 7n,
        account: Wallet.createRandom().address,
        spendable: 1n,
        held: 0n,
      })
      leaves[0]!.held -= 1n
    },
    () => ["leaf 7 is nobody's"],
  ],
  [
    'salts that can be guessed',
    ({ leaves }) => {
      for (const leaf of leaves) leaf.salt = `0x${'00'.repeat(32)}`
    },
    () => [`leaf 1 of ${alice.address} has no salt of its own`],
  ],
])('planted, and refused by name: %s', async (_, plant, faults) => {
  const found = await judge((client) => plantEpoch(client, worker, plant))
  expect(found).toEqual(expect.arrayContaining(faults()))
})

test.each<[string, NonNullable<Parameters<typeof plantEpoch>[3]>, () => unknown[]]>([
  [
    'garbage of the right length',
    (sealed, leaf) => (leaf.index === 1n ? ['A'.repeat(211)] : sealed),
    () => [`leaf 1 of ${alice.address}: what is encrypted for its reader does not open to it`],
  ],
  [
    'nothing',
    (sealed, leaf) => (leaf.index === 2n ? [] : sealed),
    () => [`leaf 2 of ${bob.address}: it is encrypted for 0 and should be for 1`],
  ],
  [
    'something that somebody else could read too',
    (sealed, leaf) => (leaf.index === 2n ? [...sealed, 'A'.repeat(211)] : sealed),
    () => [`leaf 2 of ${bob.address}: it is encrypted for 2 and should be for 1`],
  ],
  [
    'another leaf, under the right key',
    (sealed, leaf) => {
      if (leaf.index !== 1n) return sealed
      const { domain } = worker.chain
      return [sealLeaf(domain, leafHash(domain, leaf), { ...leaf, held: leaf.held + 1n }, secrets[0]!)]
    },
    () => [`leaf 1 of ${alice.address}: what is encrypted for its reader does not open to it`],
  ],
  [
    'the leaf, under the key of another',
    (sealed, leaf) => {
      if (leaf.index !== 1n) return sealed
      const { domain } = worker.chain
      return [sealLeaf(domain, leafHash(domain, leaf), leaf, secrets[1]!)]
    },
    () => [`leaf 1 of ${alice.address}: what is encrypted for its reader does not open to it`],
  ],
  [
    'nothing for the treasury',
    (sealed, leaf) => (leaf.index === 0n ? [] : sealed),
    () => [expect.stringMatching(/^leaf 0 of .*: it is encrypted for 0 and should be for 1$/)],
  ],
])('published for its reader, and refused: %s', async (_, publish, faults) => {
  expect(await judge((client) => plantEpoch(client, worker, () => {}, publish))).toEqual(faults())
})

test('of too many leaves a sample is opened, and which one is told', async () => {
  const told: string[] = []
  let [found, missed] = [0, 0]
  const garble = (sealed: string[], { index }: { index: bigint }) =>
    index === 1n ? ['A'.repeat(211)] : sealed
  // Two of the three leaves are opened each time, so Alice's is missed one time in three.
  for (let i = 0; i < 40; i++) {
    const faults = await judge((client) => plantEpoch(client, worker, () => {}, garble), {
      ...{ mostOpened: 2, tell: (text: string) => told.push(text) },
    })
    if (faults.length === 1) found++
    else missed++
  }
  // Never missing it has a chance of (2/3)^40, one in ten million.
  expect(found).toBeGreaterThan(0)
  expect(missed).toBeGreaterThan(0)
  expect(told).toHaveLength(40)
  expect(told[0]).toMatch(/^opens 2 of 3 leaves of epoch \d+, by the seed [0-9a-f]{32}$/)
})

test.each<[string, string, RegExp]>([
  ['another root', `update epochs set root = '0x' || repeat('ab', 32)`, /^the root is 0xabab/],
  ['another sum', 'update epochs set gross = gross + 1', /^the sum is \d+ and should be \d+$/],
  ['another payout root', `update epochs set payout_root = root`, /^the payout root is /],
  ['a smaller payout total', 'update epochs set payout_total = 1', /^the payout total is 1 and should be 11/],
  ['another past', `update epochs set expected_executed = '0x1'`, /^the executed batches are said/],
  [
    'a record in the database that is not the one in the file',
    `update epoch_batches set records = replace(records, '5b8d80', '5b8d81')`,
    /^batch 0 is another in the database than in the file$/,
  ],
  [
    'another file',
    `update epoch_file_parts set text = replace(text, 'batch 0 0x', 'batch 0 0x00')`,
    /^the leaf file is another than the data hash names$/,
  ],
  ['a file cut off', `update epoch_file_parts set text = left(text, 200)`, /^the leaf file does not end/],
  [
    'a withdrawal that was paid before',
    `update withdrawals set epoch = (select max(number) from epochs) where status = 'confirmed'`,
    /nano are on their way where/,
  ],
  [
    'a withdrawal of another amount than was taken',
    `update withdrawals set amount = amount + 1000 where status = 'settling' and lane = 'pull'`,
    /nano are on their way where/,
  ],
])('planted in the rows, and refused by name: %s', async (_, sql, fault) => {
  const latest = sql.startsWith('update epoch')
    ? `${sql} where ${sql.startsWith('update epochs') ? 'number' : 'epoch'} = (select max(number) from epochs)`
    : sql
  const found = await judge((client) => client.query(latest))
  expect(found).toEqual(expect.arrayContaining([expect.stringMatching(fault)]))
})

test('a balance that was forged is not believed, only transfers', async () => {
  const found = await judge(async (client) => {
    const id = await memberOf(world.pool, bob.address)
    await client.query('set local session_replication_role = replica')
    await client.query('update ledger.account set balance = balance + 1000000 where ref = $1', [
      memberAccount(id!, 'available'),
    ])
  })
  expect(found).toEqual([])
})

test('it is judged by the moment it was built at, whatever happened before, meanwhile and after', async () => {
  await turnUntil(world, [judged()], isSettled)
  const [a, b] = await Promise.all([alice, bob].map(({ address }) => memberOf(world.pool, address)))
  const transfer = (amount: string) => ({
    ...{ id: newId(), leg: 0, debit: memberAccount(a!, 'available'), credit: memberAccount(b!, 'available') },
    ...{ amount: amountOf(nano(amount)), code: 6 },
  })
  const pay = (amount: string) => withTransaction(world.pool, (tx) => ledgerOf(tx).post([transfer(amount)]))
  await pay('0.5')
  // Posted before the moment, and committed after it; others come and go meanwhile.
  let commit = () => {}
  const posted = Promise.withResolvers<void>()
  const late = withTransaction(world.pool, async (tx) => {
    await ledgerOf(tx).post([transfer('0.25')])
    posted.resolve()
    await new Promise<void>((resolve) => {
      commit = resolve
    })
  })
  await posted.promise
  for (let i = 0; i < 5; i++) await world.pool.query('select pg_current_xact_id()')
  expect(await worker.settle()).toContain('waiting for the checker')
  commit()
  await late
  await pay('0.125')
  expect(await judge(async () => {})).toEqual([])

  // A checkpoint that is newer than the moment, rows frozen, and the months before it gone.
  expect((await takeCheckpoint(world.pool, { patienceMs: 5_000 })).outcome).toBe('taken')
  await pay('0.0625')
  expect(await judge(async () => {})).toEqual([])
  await world.admin.query('vacuum (freeze) ledger.transfer')
  expect(await judge(async () => {})).toEqual([])
  await turnUntil(world, [judged()], isSettled)

  await withdraw(world, worker, bob, '1')
  expect((await takeCheckpoint(world.pool, { patienceMs: 5_000 })).outcome).toBe('taken')
  const month = new Date().toISOString().slice(0, 7).replace('-', '_')
  await world.admin.query(`alter table ledger.transfer detach partition ledger.transfer_${month}`)
  await worker.settle()
  expect(await judge(async () => {})).toEqual([])
})

test('what is refused halts; when somebody has looked it is discarded, and built again', async () => {
  const world2 = await createWorld()
  const worker2 = createWorker(world2, world2.chain.rpcUrl, { checkerRequired: true })
  const checker2 = createChecker(world2)
  try {
    const carol = await person(world2, '10')
    await deposit(world2, carol, '10')
    const step = {
      ...worker2,
      settle: async () => {
        await checker2.check()
        return worker2.settle()
      },
    }
    await turnUntil(world2, [step], async () => (await memberOf(world2.pool, carol.address)) !== undefined)
    const id = await withdraw(world2, worker2, carol, '2')
    // An epoch without her may be on its way; the one with her is spoilt before anybody judges it.
    await turnUntil(world2, [step], async () => {
      await worker2.settle()
      return hasAll(world2.pool, [id], 'settling')
    })
    const client = await world2.admin.connect()
    await plantEpoch(client, worker2, ({ leaves }) => {
      leaves[0]!.held += 1n
      leaves[1]!.spendable -= 1n
    })
    client.release()
    expect(await checker2.check()).toHaveLength(2)
    expect(await worker2.settle()).toBe('halted: checker refused')
    expect(await worker2.settle()).toBe('halted: checker refused')
    await world2.admin.query('update halts set cleared_at = now()')
    await turnUntil(world2, [step], () => hasAll(world2.pool, [id], 'confirmed'))
    expect(await tokensOf(world2.chain, carol.address)).toBe(units('2'))
    const discarded = await world2.pool.query<{ attempt: number; reason: string }>(
      'select attempt, reason from discarded_epochs',
    )
    expect(discarded.rows).toEqual([
      { attempt: 1, reason: expect.stringMatching(/^refused by the checker: leaf 0 of /) },
    ])

    // And one that was committed all the same is vetoed.
    const rash = createWorker(world2)
    await withdraw(world2, rash, carol, '1')
    await turnUntil(world2, [step], async () => (await lastOf(world2))?.status === 'settled')
    await withdraw(world2, rash, carol, '1')
    await world2.chain.vaultContract.getFunction('head').staticCall()
    const guard = createGuard(checker2.pool, checker2.config)!
    await worker2.settle()
    const thief = await world2.admin.connect()
    await plantEpoch(thief, rash, ({ leaves }) => {
      leaves[0]!.held += 1n
      leaves[1]!.spendable -= 1n
    })
    thief.release()
    expect(await guard.look()).toBe('nothing is pending')
    await rash.settle()
    await rash.send()
    expect(await guard.look()).toBe('it was not judged yet')
    await checker2.check()
    expect(await guard.look()).toMatch(/^vetoed epoch \d+: leaf 0 of /)
    expect(await guard.look()).toBe('nothing is pending')
    guard.close()
    rash.chain.provider.destroy()
    await world2.admin.query('delete from halts')
    await expectLaws(world2)
  } finally {
    worker2.chain.provider.destroy()
    await checker2.close()
    await world2.close()
  }
})

async function lastOf(of: World) {
  const { rows } = await of.pool.query<{ status: string }>(
    'select status::text from epochs order by number desc limit 1',
  )
  return rows[0]
}
