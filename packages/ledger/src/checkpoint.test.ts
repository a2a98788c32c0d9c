import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addUp, statesOf } from '../test/checkpoints.ts'
import { PROPERTY_TIMEOUT, runs } from '../test/conformance.ts'
import { type TestDatabase, testDatabase } from '../test/database.ts'
import { Story } from '../test/story.ts'
import { RESERVE } from './account.ts'
import { audit } from './auditor.ts'
import { lastCheckpoint, takeCheckpoint } from './checkpoint.ts'
import { PostgresLedger } from './postgres-ledger.ts'

let database: TestDatabase
let owner: pg.Pool
let app: pg.Pool
let ledger: PostgresLedger

beforeAll(async () => {
  database = await testDatabase()
  owner = database.pool('owner')
  app = database.pool('app', 12)
  ledger = new PostgresLedger(app)
})
afterAll(() => database.close())

// Other tests write in other databases of the same cluster, and what they have begun is waited for too.
const take = (patienceMs = 60_000) => takeCheckpoint(app, { patienceMs })

/** Takes a checkpoint that has something new, and holds it against the transfers. */
async function takeAndCheck() {
  const taken = await take()
  if (taken.outcome !== 'taken') throw new Error(`the checkpoint is ${taken.outcome}`)
  expect((await lastCheckpoint(app)).upto).toBe(taken.upto)
  expect(await statesOf(app)).toEqual(await addUp(app, taken.upto))
  const report = await audit(app, { from: 'checkpoint' })
  expect(report).toMatchObject({ ok: true, violations: [], from: taken.upto })
  return taken
}

/** On a connection in a transaction, which is over afterwards, one way or the other. */
async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    return await work(client)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

test('a book nobody posted to has nothing to take', async () => {
  expect(await lastCheckpoint(app)).toEqual({ upto: 0n })
  expect(await take()).toEqual({ outcome: 'nothing_new', upto: 0n })
})

test('a checkpoint is what the transfers up to it sum to, and the next adds what came since', async () => {
  const story = await Story.of(ledger, { alice: 100, bob: 0, carol: 7 })
  await story.post(['alice', 'bob', 30], ['bob', 'carol', 10])
  const first = await takeAndCheck()
  expect(first.transfers).toBe(4n)
  expect(await take()).toEqual({ outcome: 'nothing_new', upto: first.upto })
  await story.post(['carol', 'alice', 17])
  const second = await takeAndCheck()
  expect(second).toMatchObject({ transfers: 1n, upto: first.upto + 1n })
  // bob did not move since the first, so his state is still of then.
  const { rows } = await app.query(
    `select a.ref, c.upto from ledger.checkpoint_balance c join ledger.account a on a.id = c.account
     where a.ref = any($1) order by a.id`,
    [['alice', 'bob', 'carol'].map(story.ref)],
  )
  expect(rows.map(({ upto }) => BigInt(upto))).toEqual([second.upto, first.upto, second.upto])
  expect((await lastCheckpoint(app)).takenAt).toBeInstanceOf(Date)
})

test('a tip that is posted before a checkpoint is noted and committed after it is not missed', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0, carol: 10, dave: 0 })
  const taking = await inTransaction(app, async (slow) => {
    // The youngest transaction of all: nobody has begun or ended after it when the position is noted.
    await new PostgresLedger(slow).post([story.row('alice', 'bob', 4)])
    expect((await take(0)).outcome).toBe('unsettled')
    expect(await story.post(['carol', 'dave', 1])).toEqual(['ok'])
    const taking = take()
    await slow.query('commit')
    return { outcome: taking }
  })
  expect((await taking.outcome).outcome).toBe('taken')
  expect(await statesOf(app)).toEqual(await addUp(app, (await lastCheckpoint(app)).upto))
  expect(await audit(app, { from: 'checkpoint' })).toMatchObject({ ok: true, transfers: 0n })
})

test('a transaction has its id before it draws a seq, also when the owner inserts by hand', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0 })
  for (const table of ['transfer', 'transfer_default']) {
    // Without an id there is no transaction yet when the first row is made, and its key is null.
    const inserted = inTransaction(owner, (client) =>
      client.query(
        `insert into ledger.${table} (id, leg, debit, credit, amount, code)
         select case when pg_current_xact_id_if_assigned() is not null then uuid '0197d000-0000-7000-8000-000000000001' end,
           0, a.id, b.id, 1, 1 from ledger.account a, ledger.account b where a.ref = $1 and b.ref = $2`,
        [story.ref('alice'), story.ref('bob')],
      ),
    )
    expect((await inserted).rowCount).toBe(1)
  }
})

test('a like does not wait for a checkpoint that is being taken', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0 })
  await app.query('select ledger.note_checkpoint()')
  await inTransaction(app, async (taker) => {
    let outcome = 'unsettled'
    while (outcome === 'unsettled')
      outcome = (await taker.query('select outcome from ledger.take_checkpoint()')).rows[0].outcome
    expect(outcome).toBe('taken')
    expect(await story.post(['alice', 'bob', 3], ['bob', 'alice', 1])).toEqual(['ok', 'ok'])
  })
  await takeAndCheck()
})

test('two that take a checkpoint at once take it once', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0 })
  await story.post(['alice', 'bob', 3])
  const before = (await app.query('select count(*)::int as n from ledger.checkpoint')).rows[0].n
  const taken = await Promise.all([take(), take(), take()])
  expect(taken.map(({ outcome }) => outcome).sort()).toEqual(['nothing_new', 'nothing_new', 'taken'])
  expect((await app.query('select count(*)::int as n from ledger.checkpoint')).rows[0].n).toBe(before + 1)
  expect(await statesOf(app)).toEqual(await addUp(app, (await lastCheckpoint(app)).upto))
})

test('checkpoints taken while four write, and take back, are right to the unit', async () => {
  const names = ['alice', 'bob', 'carol', 'dave']
  const story = await Story.of(ledger, Object.fromEntries(names.map((name) => [name, 1_000])))
  let writing = true
  const writers = names.map(async (name, n) => {
    const client = await app.connect()
    for (let round = 0; writing; round++) {
      await client.query('begin')
      const other = names[(n + 1 + (round % 3)) % 4]!
      await new PostgresLedger(client).post([
        story.row(RESERVE, name, 5),
        story.row(name, other, 1 + (round % 5)),
      ])
      await client.query(round % 4 === 3 ? 'rollback' : 'commit')
    }
    client.release()
  })
  const taken = []
  try {
    while (taken.length < 12) taken.push(await takeAndCheck())
  } finally {
    writing = false
    await Promise.all(writers)
  }
  expect(taken.reduce((sum, { transfers }) => sum + transfers, 0n)).toBeGreaterThan(12n)
  expect(await audit(app)).toMatchObject({ ok: true, violations: [] })
})

/** What one of three people does next, each on a connection and with accounts of their own. */
const step = fc.record({
  who: fc.nat(2),
  does: fc.constantFrom('post' as const, 'commit' as const, 'rollback' as const, 'take' as const),
})

test(
  'whoever has posted and not committed when a checkpoint is taken, none is half in it',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const story = await Story.of(ledger, { alice: 90, bob: 90, carol: 90, dave: 0, erin: 0, frank: 0 })
        const clients = await Promise.all([0, 1, 2].map(() => app.connect()))
        const open = new Set<number>()
        const end = async (who: number, how: 'commit' | 'rollback') => {
          await clients[who]!.query(how)
          open.delete(who)
        }
        try {
          for (const { who, does } of steps) {
            if (does === 'take') {
              const { outcome } = await take(0)
              if (open.size > 0) expect(outcome).not.toBe('taken')
              expect(await statesOf(app)).toEqual(await addUp(app, (await lastCheckpoint(app)).upto))
              expect(await audit(app, { from: 'checkpoint' })).toMatchObject({ ok: true })
            } else if (does === 'post') {
              if (!open.has(who)) await clients[who]!.query('begin')
              open.add(who)
              const [from, to] = [
                ['alice', 'dave'],
                ['bob', 'erin'],
                ['carol', 'frank'],
              ][who]!
              await new PostgresLedger(clients[who]!).post([story.row(from!, to!, 1)])
            } else if (open.has(who)) await end(who, does)
          }
        } finally {
          for (const who of open) await end(who, 'commit')
          for (const client of clients) client.release()
        }
        if ((await take()).outcome === 'taken')
          expect(await statesOf(app)).toEqual(await addUp(app, (await lastCheckpoint(app)).upto))
        expect(await audit(app)).toMatchObject({ ok: true, violations: [] })
      }),
      { numRuns: runs(25, 300) },
    )
  },
  PROPERTY_TIMEOUT,
)

const NOT_ALLOWED = '42501'

/** The SQLSTATE a transaction ends with; what it did is rolled back. */
async function outcome(pool: pg.Pool, ...statements: string[]): Promise<string> {
  return inTransaction(pool, async (client) => {
    try {
      for (const sql of statements) await client.query(sql)
      return 'done'
    } catch (error) {
      return (error as { code: string }).code
    }
  })
}

test.each([
  'insert into ledger.checkpoint (upto) values (1000000)',
  'delete from ledger.checkpoint',
  'update ledger.checkpoint_balance set balance = 0',
  'insert into ledger.checkpoint_balance values (1, 1, 1, 1)',
  'delete from ledger.checkpoint_balance',
  'truncate ledger.checkpoint, ledger.checkpoint_balance',
  'insert into ledger.checkpoint_note (upto, fence) values (1000000, pg_current_xact_id())',
  `update ledger.checkpoint_note set fence = '1'`,
  'alter table ledger.checkpoint disable trigger all',
])('the application cannot: %s', async (sql) => {
  expect(await outcome(app, sql)).toBe(NOT_ALLOWED)
})

test.each([
  'update ledger.checkpoint set upto = upto + 1',
  'delete from ledger.checkpoint',
  'truncate ledger.checkpoint',
  'update ledger.checkpoint_balance set balance = 0',
  'insert into ledger.checkpoint_balance values (-1, 1, 1, 1)',
  'delete from ledger.checkpoint_balance',
  'truncate ledger.checkpoint_balance',
])('the owner is kept from: %s', async (sql) => {
  expect(await outcome(owner, sql)).toBe(NOT_ALLOWED)
  expect(await outcome(owner, 'set local role rivulet_ledger', sql)).toBe(NOT_ALLOWED)
})

test('a superuser can drop the checkpoints, and audits read from the beginning until there is one again', async () => {
  const { upto } = await lastCheckpoint(app)
  await inTransaction(owner, async (client) => {
    await client.query('set local session_replication_role = replica')
    await client.query('truncate ledger.checkpoint, ledger.checkpoint_balance, ledger.checkpoint_note')
    await client.query('commit')
  })
  const [whole, reported] = [await audit(app), await audit(app, { from: 'checkpoint' })]
  expect(reported).toMatchObject({ ok: true, from: 0n, transfers: whole.transfers })
  const taken = await takeAndCheck()
  expect(taken.upto).toBeGreaterThanOrEqual(upto)
  expect(taken.transfers).toBe(whole.transfers)
})

test('no position becomes a checkpoint that was not noted, or that has not settled', async () => {
  const story = await Story.of(ledger, { alice: 10, bob: 0 })
  expect(await outcome(owner, 'insert into ledger.checkpoint (upto) values (1000000)')).toBe('55000')
  await inTransaction(app, async (slow) => {
    await new PostgresLedger(slow).post([story.row('alice', 'bob', 4)])
    await app.query('select ledger.note_checkpoint()')
    const noted = 'insert into ledger.checkpoint (upto) select upto from ledger.checkpoint_note'
    expect(await outcome(owner, noted)).toBe('55000')
  })
})

test('a position is noted by a transaction that has done nothing else, and while no session hoards numbers', async () => {
  const note = 'select ledger.note_checkpoint()'
  expect(await outcome(app, note)).toBe('done')
  expect(await outcome(app, 'select pg_current_xact_id()', note)).toBe('25001')
  await owner.query('alter sequence ledger.transfer_seq_seq cache 20')
  expect(await outcome(app, note)).toBe('55000')
  await owner.query('alter sequence ledger.transfer_seq_seq cache 1')
})
