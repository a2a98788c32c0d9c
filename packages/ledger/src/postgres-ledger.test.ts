import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { conformance, PROPERTY_TIMEOUT, runs } from '../test/conformance.ts'
import { type TestDatabase, testDatabase } from '../test/database.ts'
import { type History, histories, live, PEOPLE, Stage } from '../test/histories.ts'
import { Story } from '../test/story.ts'
import { Tally } from '../test/tally.ts'
import { AccountIds } from './account-ids.ts'
import { audit } from './auditor.ts'
import { MemoryLedger } from './memory-ledger.ts'
import { PostgresLedger } from './postgres-ledger.ts'
import type { PostResult } from './transfer.ts'

let database: TestDatabase
let ledger: PostgresLedger
let pool: ReturnType<TestDatabase['pool']>

beforeAll(async () => {
  database = await testDatabase()
  pool = database.pool('app')
  ledger = new PostgresLedger(pool)
})
afterAll(() => database.close())

conformance(() => ledger, 25, 1_000)

/** Lives through a history in both books, and compares answers, balances and statements. */
async function liveBesideTheTwin(history: History): Promise<PostResult[]> {
  const [twin, stage] = [new MemoryLedger(), new Stage()]
  await stage.open(twin)
  await stage.open(ledger)
  const answers = await live(ledger, stage, history)
  expect(answers).toEqual(await live(twin, stage, history))
  expect(await stage.balances(ledger)).toEqual(await stage.balances(twin))
  const query = { accounts: PEOPLE.map((name) => stage.ref(name)), limit: 1_000 }
  const [here, there] = [await ledger.statement(query), await twin.statement(query)]
  expect(here.entries.map(withoutPlace)).toEqual(there.entries.map(withoutPlace))
  return answers
}

test(
  'whatever the history, Postgres answers row by row what the twin answers, and ends with the same statement',
  async () => {
    const tally = new Tally()
    await fc.assert(
      fc.asyncProperty(histories(), async (history) => {
        tally.add(history, await liveBesideTheTwin(history))
      }),
      { numRuns: runs(150, 2_000) },
    )
    tally.report('PostgreSQL beside the model')
    expect(tally.operations).toBe(tally.histories * 40)
    expect(await audit(pool)).toMatchObject({ ok: true, violations: [] })
  },
  PROPERTY_TIMEOUT,
)

test(
  'so it does in histories ten times as long',
  async () => {
    const tally = new Tally()
    await fc.assert(
      fc.asyncProperty(histories(400), async (history) => {
        tally.add(history, await liveBesideTheTwin(history))
      }),
      { numRuns: runs(5, 100) },
    )
    tally.report('long histories in PostgreSQL beside the model')
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
