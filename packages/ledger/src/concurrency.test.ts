import type { PoolClient } from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../test/database.ts'
import { Story } from '../test/story.ts'
import { audit } from './auditor.ts'
import { PostgresLedger } from './postgres-ledger.ts'
import type { Transfer } from './transfer.ts'

type Pool = ReturnType<TestDatabase['pool']>
let database: TestDatabase
let pool: Pool
let ledger: PostgresLedger

beforeAll(async () => {
  database = await testDatabase()
  pool = database.pool('app', 8)
  ledger = new PostgresLedger(pool)
})
afterAll(() => database.close())
afterEach(async () => {
  expect(await audit(pool)).toMatchObject({ ok: true, violations: [] })
})

/** Two transactions at once. The second acts while the first is open, and waits for it where it must. */
async function overlap(first: Transfer[], second: Transfer[], end: 'commit' | 'rollback' = 'commit') {
  const [one, two] = [await pool.connect(), await pool.connect()]
  try {
    await one.query('begin')
    const firstResults = await new PostgresLedger(one).post(first)
    const waiting = new PostgresLedger(two).post(second)
    await blocked(two)
    await one.query(end)
    return [firstResults, await waiting]
  } finally {
    one.release()
    two.release()
  }
}

/** Until the session waits for a lock of another. */
async function blocked(client: PoolClient): Promise<void> {
  const pid = (client as unknown as { processID: number }).processID
  for (;;) {
    const { rows } = await pool.query('select cardinality(pg_blocking_pids($1)) as n', [pid])
    if (rows[0].n > 0) return
  }
}

test('the same batch on two connections is posted once', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0 })
  const batch = [story.row('alice', 'bob', 3), story.row('alice', 'bob', 4)]
  expect(await overlap(batch, batch)).toEqual([
    ['ok', 'ok'],
    ['exists', 'exists'],
  ])
  expect(await story.balances()).toEqual({ alice: 3n, bob: 7n })
})

test('the same batch is posted by the second when the first rolls back', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0 })
  const batch = [story.row('alice', 'bob', 3), story.row('alice', 'bob', 4)]
  expect((await overlap(batch, batch, 'rollback'))[1]).toEqual(['ok', 'ok'])
  expect(await story.balances()).toEqual({ alice: 3n, bob: 7n })
})

test('one id over other accounts at the same time is a conflict, and its neighbours stand', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0, carol: 10, dave: 0 })
  const like = story.row('alice', 'bob', 3)
  const stolen = { ...like, debit: story.ref('carol'), credit: story.ref('dave') }
  const [tip, fee] = story.unit([0, 'carol', 'dave', 1], [1, 'carol', 'dave', 2])
  expect(await overlap([like], [tip!, fee!, stolen, story.row('carol', 'dave', 4)])).toEqual([
    ['ok'],
    ['ok', 'ok', 'conflict', 'ok'],
  ])
  expect(await story.balances()).toEqual({ alice: 7n, bob: 3n, carol: 3n, dave: 7n })
})

test('so it is in a batch that could not be posted as a whole anyway', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0, carol: 10, dave: 0 })
  const like = story.row('alice', 'bob', 3)
  const stolen = { ...like, debit: story.ref('carol'), credit: story.ref('dave') }
  const dear = story.row('carol', 'dave', 11)
  expect(await overlap([like], [dear, stolen, story.row('carol', 'dave', 4)])).toEqual([
    ['ok'],
    ['insufficient', 'conflict', 'ok'],
  ])
  expect(await overlap([story.row('alice', 'bob', 1)], [{ ...dear, debit: story.ref('alice') }])).toEqual([
    ['ok'],
    ['insufficient'],
  ])
  expect(await story.balances()).toEqual({ alice: 6n, bob: 4n, carol: 6n, dave: 4n })
})

test('a second batch sees the money that the first left', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0 })
  expect(
    await overlap(
      [story.row('alice', 'bob', 8)],
      [story.row('alice', 'bob', 8), story.row('alice', 'bob', 2)],
    ),
  ).toEqual([['ok'], ['insufficient', 'ok']])
})

test('of 200 tips at once from a balance that covers 20, 20 are paid', async () => {
  const story = await Story.of(ledger, { alice: 100, bob: 0 })
  const tips = Array.from({ length: 200 }, () => ledger.post([story.row('alice', 'bob', 5)]))
  const results = (await Promise.all(tips)).flat()
  expect(results.filter((result) => result === 'ok')).toHaveLength(20)
  expect(results.filter((result) => result === 'insufficient')).toHaveLength(180)
  expect(await story.balances()).toEqual({ alice: 0n, bob: 100n })
})

test('batches over the same accounts in opposite order never wait for each other in a circle', async () => {
  const names = Array.from({ length: 12 }, (_, n) => `person${n}`)
  const story = await Story.of(ledger, Object.fromEntries(names.map((name) => [name, 1_000])))
  const ring = names.map((name, n) => [name, names[(n + 1) % names.length]!, 1] as [string, string, number])
  const writer = async (rows: typeof ring) => {
    const results = []
    for (let round = 0; round < 40; round++) results.push(...(await story.post(...rows)))
    return results
  }
  const all = await Promise.all([
    writer(ring),
    writer(ring.toReversed()),
    writer(ring),
    writer(ring.toReversed()),
  ])
  expect(new Set(all.flat())).toEqual(new Set(['ok']))
  // Everyone passed on as much as came in.
  expect(await story.balances()).toEqual(Object.fromEntries(names.map((name) => [name, 1_000n])))
})

test('two transactions with each other’s ids over other accounts: one is given up, and sent again it is answered', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0, carol: 10, dave: 0 })
  const [x, y] = [story.row('alice', 'bob', 1), story.row('carol', 'dave', 2)]
  const crossed = (row: Transfer, like: Transfer) => ({ ...row, debit: like.debit, credit: like.credit })
  const [one, two] = [await pool.connect(), await pool.connect()]
  const sent = [
    { client: one, own: x, other: crossed(y, x) },
    { client: two, own: y, other: crossed(x, y) },
  ]
  try {
    for (const { client, own } of sent) {
      await client.query('begin')
      expect(await new PostgresLedger(client).post([own])).toEqual(['ok'])
    }
    const ends = await Promise.allSettled(
      sent.map(async ({ client, other }) => {
        const answers = await new PostgresLedger(client).post([other]).catch(async (error) => {
          await client.query('rollback')
          throw error
        })
        await client.query('commit')
        return answers
      }),
    )
    const given = ends.findIndex((end) => end.status === 'rejected')
    expect((ends[given] as PromiseRejectedResult).reason.code).toBe('40P01')
    // The other's row took the id of the one that was given up: it found it free.
    expect((ends[1 - given] as PromiseFulfilledResult<unknown>).value).toEqual(['ok'])
    const { own, other } = sent[given]!
    expect(await ledger.post([own, other])).toEqual(['conflict', 'conflict'])
  } finally {
    one.release()
    two.release()
  }
})

test('under repeatable read a posting after another’s is refused whole, and never answered from an old snapshot', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0 })
  const client = await pool.connect()
  await client.query('begin isolation level repeatable read')
  await client.query('select 1 from ledger.account')
  expect(await story.post(['alice', 'bob', 10])).toEqual(['ok'])
  const late = new PostgresLedger(client).post([story.row('alice', 'bob', 10)])
  await expect(late).rejects.toMatchObject({ code: '40001' })
  await client.query('rollback')
  client.release()
  expect(await story.balances()).toEqual({ alice: 0n, bob: 10n })
})

test('two openers of the same accounts in opposite order get the same ids', async () => {
  const story = new Story(ledger)
  const refs = Array.from({ length: 50 }, (_, n) => story.ref(`person${n}`))
  const opened = await Promise.all([ledger.open(refs), ledger.open(refs.toReversed()), ledger.open(refs)])
  expect(opened[0].size).toBe(50)
  for (const other of opened) expect(new Map([...other].sort())).toEqual(new Map([...opened[0]].sort()))
})

test('for one account the order of seq is the order in which its postings were committed', async () => {
  const story = await Story.of(ledger, { alice: 1_000, bob: 0 })
  const done: string[] = []
  const writer = async () => {
    for (let round = 0; round < 25; round++) {
      const row = story.row('alice', 'bob', 1)
      const client = await pool.connect()
      await client.query('begin')
      await new PostgresLedger(client).post([row])
      // Whoever holds alice's lock is alone here, until its commit is sent.
      done.push(row.id)
      await client.query('commit')
      client.release()
    }
  }
  await Promise.all([writer(), writer(), writer(), writer()])
  const { entries } = await ledger.statement({ accounts: [story.ref('bob')], limit: 1_000 })
  expect(entries.map((entry) => entry.transferId).toReversed()).toEqual(done)
  expect(entries.map((entry) => entry.balanceAfter)).toEqual(done.map((_, n) => BigInt(done.length - n)))
})

test('a page shows nothing that was committed after the first page, also on an account that had been quiet', async () => {
  const story = await Story.of(ledger, { savings: 10, wallet: 10, bob: 0 })
  const late = await pool.connect()
  await late.query('begin')
  // Drawn before the wallet's next position, committed after it was read.
  await new PostgresLedger(late).post([story.row('savings', 'bob', 1)])
  const accounts = [story.ref('wallet'), story.ref('savings')]
  const other = await Story.of(ledger, { carol: 0 })
  await ledger.post([{ ...story.row('wallet', 'bob', 2), credit: other.ref('carol') }])
  const first = await ledger.statement({ accounts, limit: 1 })
  expect(first.entries.map((entry) => entry.amount)).toEqual([-2n])
  await late.query('commit')
  late.release()
  const second = await ledger.statement({ accounts, limit: 10, cursor: first.next })
  expect(second.entries.map(({ amount, balanceAfter }) => [amount, balanceAfter])).toEqual([
    [10n, 10n],
    [10n, 10n],
  ])
  const fresh = await ledger.statement({ accounts, limit: 10 })
  expect(fresh.entries.map(({ amount, balanceAfter }) => [amount, balanceAfter])).toEqual([
    [-2n, 8n],
    [-1n, 9n],
    [10n, 10n],
    [10n, 10n],
  ])
})
