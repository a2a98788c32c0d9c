import type pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../test/database.ts'
import { idAt, monthFromNow } from '../test/months.ts'
import { Story } from '../test/story.ts'
import { audit } from './auditor.ts'
import { extendPartitions } from './partitions.ts'
import { PostgresLedger } from './postgres-ledger.ts'

// The migration made this month and the three after it. Each test goes on where the one before stopped.
let database: TestDatabase
let owner: pg.Pool
let app: pg.Pool
let ledger: PostgresLedger
let story: Story

beforeAll(async () => {
  database = await testDatabase()
  owner = database.pool('owner')
  app = database.pool('app', 8)
  ledger = new PostgresLedger(app)
  story = await Story.of(ledger, { alice: 1_000_000, bob: 0 })
})
afterAll(() => database.close())
afterEach(async () => {
  expect(await audit(app)).toMatchObject({ ok: true, violations: [] })
})

const extend = (monthsAhead: number) => extendPartitions(app, { monthsAhead })
/** The same, again and again while somebody is in the way, be it only an autovacuum. */
async function extendAtLast(monthsAhead: number) {
  for (;;) {
    const answer = await extend(monthsAhead)
    if (answer.busy.length === 0) return answer
  }
}
const nameOf = (months: number) => monthFromNow(months).name

async function placeOf(id: string): Promise<string> {
  const { rows } = await owner.query(
    'select tableoid::regclass::text as at from ledger.transfer where id = $1',
    [id],
  )
  return rows[0].at
}

test('a like of a month to come lands in that month, from its first id to its last', async () => {
  expect(await extendAtLast(3)).toEqual({ made: [], inDefault: [], busy: [] })
  expect(await extendAtLast(5)).toEqual({ made: [nameOf(4), nameOf(5)], inDefault: [], busy: [] })
  const last = idAt(monthFromNow(4).last, 'f')
  const first = idAt(monthFromNow(5).first, '0')
  const posted = [last, first].map((id) => story.row('alice', 'bob', 1, { id }))
  expect(await ledger.post(posted)).toEqual(['ok', 'ok'])
  expect(await placeOf(last)).toBe(`ledger.${nameOf(4)}`)
  expect(await placeOf(first)).toBe(`ledger.${nameOf(5)}`)
  expect(await ledger.post(posted)).toEqual(['exists', 'exists'])
  expect(await extendAtLast(5)).toEqual({ made: [], inDefault: [], busy: [] })
})

test('months by the hundred are not made', async () => {
  for (const months of [25, -1]) await expect(extend(months)).rejects.toThrow('0 to 24 months')
})

test('a partition made ahead is guarded like all others', async () => {
  const partition = `ledger.${nameOf(5)}`
  const outcome = async (pool: pg.Pool, ...statements: string[]) => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      for (const sql of statements) await client.query(sql)
      return 'done'
    } catch (error) {
      return (error as { code: string }).code
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
  const account = (name: string) => `(select id from ledger.account where ref = '${story.ref(name)}')`
  const insert = `insert into ${partition} (id, leg, debit, credit, amount, code)
    values ('${idAt(monthFromNow(5).first)}', 0, ${account('alice')}, ${account('bob')}, 40, 1)`
  const { alice, bob } = await story.balances()
  const moved = `do $$ begin
    if (select balance from ledger.account where ref = '${story.ref('bob')}') <> ${bob! + 40n}
    or (select balance from ledger.account where ref = '${story.ref('alice')}') <> ${alice! - 40n}
    then raise exception 'nothing moved'; end if; end $$`
  expect(await outcome(owner, insert, moved)).toBe('done')
  expect(await outcome(owner, insert.replace(' 40,', ' 0,'))).toBe('23514')
  const id = idAt(monthFromNow(5).first, '0')
  expect(await outcome(owner, insert.replace(/'\w+-[\w-]+', 0/, `'${id}', 0`))).toBe('23505')
  for (const sql of [
    `update ${partition} set amount = 1`,
    `delete from ${partition}`,
    `truncate ${partition}`,
  ])
    expect(await outcome(owner, sql)).toBe('42501')
  const detach = `alter table ledger.transfer detach partition ${partition}`
  for (const sql of [insert, `select from ${partition}`, `copy ${partition} from stdin`, detach])
    expect(await outcome(app, sql)).toBe('42501')
  expect(await outcome(app, `select ledger.empty_default()`)).toBe('42501')
})

test('of several that extend at once, one makes each partition', async () => {
  const answers = await Promise.all([extend(8), extend(7), extend(8), extend(8)])
  answers.push(await extendAtLast(8))
  expect(answers.flatMap((answer) => answer.made).sort()).toEqual([nameOf(6), nameOf(7), nameOf(8)])
})

test('behind a long reader of the default partition it gives up in time, and likes go on', async () => {
  const reader = await app.connect()
  await reader.query('begin')
  await reader.query('select from ledger.transfer limit 1')
  // Of a time before the first partition: into the very table that is to be locked.
  const likes = async () => {
    const results = []
    for (let n = 0; n < 50; n++) results.push(...(await story.post(['alice', 'bob', 1])))
    return results
  }
  const [answer, results] = await Promise.all([extend(9), likes()])
  expect(answer).toEqual({ made: [], inDefault: [], busy: [nameOf(9)] })
  expect(results).toEqual(Array(50).fill('ok'))
  await reader.query('commit')
  reader.release()
  expect(await extendAtLast(9)).toEqual({ made: [nameOf(9)], inDefault: [], busy: [] })
})

test('a month that began in the default partition is told, and hinders no other', async () => {
  const id = idAt(monthFromNow(11).first)
  expect(await ledger.post([story.row('alice', 'bob', 3, { id })])).toEqual(['ok'])
  expect(await placeOf(id)).toBe('ledger.transfer_default')
  const answer = { inDefault: [nameOf(11)], busy: [] }
  expect(await extendAtLast(12)).toEqual({ made: [nameOf(10), nameOf(12)], ...answer })
  expect(await extendAtLast(12)).toEqual({ made: [], ...answer })
})

test('what comes in while the lock is waited for is seen', async () => {
  const writer = await app.connect()
  await writer.query('begin')
  const row = story.row('alice', 'bob', 3, { id: idAt(monthFromNow(13).last) })
  expect(await new PostgresLedger(writer).post([row])).toEqual(['ok'])
  const answer = extend(13)
  const waits = `select from pg_locks where relation = 'ledger.transfer_default'::regclass and not granted`
  while ((await owner.query(waits)).rows.length === 0);
  await writer.query('commit')
  writer.release()
  expect((await answer).made).toEqual([])
  expect(await extendAtLast(13)).toEqual({ made: [], inDefault: [nameOf(11), nameOf(13)], busy: [] })
})

test('the owner empties the default partition, and nobody’s statement changes by it', async () => {
  const { rows: before } = await owner.query('select * from ledger.transfer order by seq')
  const statement = () => ledger.statement({ accounts: [story.ref('bob')], limit: 100 })
  const read = await statement()
  const { rows: moved } = await owner.query('select * from ledger.empty_default()')
  const likesOfJune2025 = before.filter(({ id }) => id.startsWith('0197b000')).length
  expect(moved).toEqual([
    { partition: 'transfer_2025_06', transfers: String(likesOfJune2025) },
    { partition: nameOf(11), transfers: '1' },
    { partition: nameOf(13), transfers: '1' },
  ])
  expect((await owner.query('select * from ledger.transfer order by seq')).rows).toEqual(before)
  expect(await statement()).toEqual(read)
  expect((await owner.query('select from ledger.transfer_default')).rows).toEqual([])
  // Into a month that was moved, and into the default partition that was taken apart.
  const [june, faraway] = [
    story.row('alice', 'bob', 1),
    story.row('alice', 'bob', 2, { id: idAt(new Date(0)) }),
  ]
  expect(await ledger.post([june, faraway])).toEqual(['ok', 'ok'])
  expect(await placeOf(june.id)).toBe('ledger.transfer_2025_06')
  expect(await placeOf(faraway.id)).toBe('ledger.transfer_default')
  const refused = owner.query('delete from ledger.transfer_default')
  await expect(refused).rejects.toThrow('transfers are append-only')
})
