import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conformance, PROPERTY_TIMEOUT, runs } from '../test/conformance.ts'
import { type TestDatabase, testDatabase } from '../test/database.ts'
import { histories, live, PEOPLE, Stage } from '../test/histories.ts'
import { Story } from '../test/story.ts'
import { AccountIds } from './account-ids.ts'
import { MemoryLedger } from './memory-ledger.ts'
import { PostgresLedger } from './postgres-ledger.ts'

let database: TestDatabase
let ledger: PostgresLedger
let pool: ReturnType<TestDatabase['pool']>

beforeAll(async () => {
  database = await testDatabase()
  pool = database.pool('app')
  ledger = new PostgresLedger(pool)
})
afterAll(() => database.close())

conformance(() => ledger, 40, 1_000)

test(
  'whatever the history, Postgres answers row by row what the twin answers, and ends with the same statement',
  async () => {
    await fc.assert(
      fc.asyncProperty(histories(), async (history) => {
        const [twin, stage] = [new MemoryLedger(), new Stage()]
        await stage.open(twin)
        await stage.open(ledger)
        expect(await live(ledger, stage, history)).toEqual(await live(twin, stage, history))
        expect(await stage.balances(ledger)).toEqual(await stage.balances(twin))
        const query = { accounts: PEOPLE.map((name) => stage.ref(name)), limit: 100 }
        const [here, there] = [await ledger.statement(query), await twin.statement(query)]
        expect(here.entries.map(withoutPlace)).toEqual(there.entries.map(withoutPlace))
      }),
      { numRuns: runs(300, 1_000) },
    )
  },
  PROPERTY_TIMEOUT,
)

// Two books draw their own positions and read their own clocks.
function withoutPlace<E extends { seq: bigint; postedAt: Date }>({
  seq: _seq,
  postedAt: _postedAt,
  ...entry
}: E) {
  return entry
}

test('postings commit and roll back with the transaction they were made in', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0 })
  const client = await pool.connect()
  await client.query('begin')
  expect(await new PostgresLedger(client).post([story.row('alice', 'bob', 4)])).toEqual(['ok'])
  expect(await story.balances()).toEqual({ alice: 10n, bob: 0n })
  await client.query('rollback')
  client.release()
  expect(await story.balances()).toEqual({ alice: 10n, bob: 0n })
})

test('an id whose opening was rolled back is not remembered', async () => {
  const ids = new AccountIds()
  const story = await Story.of(ledger, { alice: 10 })
  const client = await pool.connect()
  await client.query('begin')
  const inside = new PostgresLedger(client, ids)
  await inside.open([story.ref('bob')])
  await client.query('savepoint later')
  expect(await inside.post([story.row('alice', 'bob', 4)])).toEqual(['ok'])
  await client.query('rollback')
  client.release()

  const outside = new PostgresLedger(pool, ids)
  expect(await outside.post([story.row('alice', 'bob', 4)])).toEqual(['unknown_account'])
  await outside.open([story.ref('bob')])
  expect(await outside.post([story.row('alice', 'bob', 4)])).toEqual(['ok'])
  expect(ids.size).toBe(2)
})

test('ids are looked up once, and only so many are kept', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0, carol: 0 })
  const ids = new AccountIds(2)
  const asked: unknown[] = []
  const watched = {
    query(text: string, values: unknown[]) {
      asked.push(values[0])
      return pool.query(text, values)
    },
  }
  await ids.resolve(watched, [story.ref('alice'), story.ref('bob')])
  await ids.resolve(watched, [story.ref('bob'), story.ref('alice')])
  await ids.resolve(watched, [story.ref('bob'), story.ref('carol')])
  expect(asked).toEqual([[story.ref('alice'), story.ref('bob')], [story.ref('carol')]])
  expect(ids.size).toBe(2)
})
