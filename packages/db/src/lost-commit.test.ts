import { testDatabase } from '@rivulet/stack'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgresProxy } from '../test/postgres-proxy.ts'
import { GroupCommit } from './group-commit.ts'
import { createPool, type Pool } from './pool.ts'
import { OutcomeUnknown, queryAndCommit, type Tx, withTransaction } from './transaction.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let proxy: Awaited<ReturnType<typeof postgresProxy>>
let pool: Pool
beforeAll(async () => {
  database = await testDatabase()
  proxy = await postgresProxy(database.url)
  pool = createPool(proxy.url)
})
afterAll(async () => {
  await pool.end()
  await proxy.close()
  await database.close()
})

/** Writes each note once more than before: run twice, it would be seen. */
async function write(tx: Tx, notes: string[]): Promise<string[]> {
  await tx.query('insert into sign_in_nonces (nonce, expires_at) select unnest($1::text[]), now()', [notes])
  return notes.map((note) => `wrote ${note}`)
}

const written = async (prefix: string) =>
  (
    await pool.query('select nonce from sign_in_nonces where nonce like $1 order by nonce', [`${prefix}%`])
  ).rows.map((row) => row.nonce)

async function submitAll(runs: string[][], notes: string[]) {
  const writer = new GroupCommit<string, string>(
    pool,
    (tx, inputs) => {
      runs.push(inputs)
      return write(tx, inputs)
    },
    { workers: 1 },
  )
  await writer.submit(`${notes[0]} before`)
  runs.length = 0
  return () => Promise.all(notes.map((note) => writer.submit(note)))
}

test('a COMMIT whose answer is lost was carried out: everybody is answered, and nothing is done again', async () => {
  const [runs, notes]: [string[][], string[]] = [[], ['done-1', 'done-2', 'done-3']]
  const submit = await submitAll(runs, notes)
  proxy.decide('is unanswered')
  expect(await submit()).toEqual(['wrote done-1', 'wrote done-2', 'wrote done-3'])
  expect(runs).toEqual([notes])
  expect(await written('done-')).toEqual(['done-1', 'done-1 before', 'done-2', 'done-3'])
})

test('a COMMIT that never arrived was not: the batch is run again, and everything is there once', async () => {
  const [runs, notes]: [string[][], string[]] = [[], ['lost-1', 'lost-2']]
  const submit = await submitAll(runs, notes)
  proxy.decide('is lost', 'is lost', 'is unanswered')
  expect(await submit()).toEqual(['wrote lost-1', 'wrote lost-2'])
  expect(runs).toEqual([notes, notes, notes])
  expect(await written('lost-')).toEqual(['lost-1', 'lost-1 before', 'lost-2'])
})

test('one that never gets through is an error for all of the batch, and nothing of it is there', async () => {
  const [runs, notes]: [string[][], string[]] = [[], ['never-1', 'never-2']]
  const submit = await submitAll(runs, notes)
  proxy.decide(...Array(5).fill('is lost'))
  await expect(submit()).rejects.toThrow(/Connection terminated/)
  expect(runs).toHaveLength(5)
  expect(await written('never-')).toEqual(['never-1 before'])
})

describe('a last statement that is sent together with its COMMIT', () => {
  /** Remembers, as a verb must that is run again after it was committed. */
  const keep = (pool: Pool, runs: string[][]) =>
    new GroupCommit<string, string>(
      pool,
      async (tx, notes) => {
        runs.push(notes)
        const { rows } = await queryAndCommit(tx, {
          text: `with made as (
                   insert into sign_in_nonces (nonce, expires_at) select unnest($1::text[]), now()
                   on conflict do nothing returning 1
                 ) select (select count(*) from made)::int as made`,
          values: [notes],
        })
        return notes.map((note) => `kept ${note}, ${rows[0].made} new`)
      },
      { workers: 1 },
    )

  test('is committed, and its result is there', async () => {
    const hot = createPool(proxy.url, { byIndex: true, pipelined: true })
    const runs: string[][] = []
    const writer = keep(hot, runs)
    expect(await Promise.all(['with-1', 'with-2'].map((note) => writer.submit(note)))).toEqual([
      'kept with-1, 2 new',
      'kept with-2, 2 new',
    ])
    expect(await written('with-')).toEqual(['with-1', 'with-2'])
    await hot.end()
  })

  test.each([
    ['is unanswered', 0],
    ['is lost', 1],
  ] as const)('is run again when it %s, and is there once', async (fate, made) => {
    const hot = createPool(proxy.url, { byIndex: true, pipelined: true })
    const runs: string[][] = []
    const writer = keep(hot, runs)
    await writer.submit(`again ${fate} before`)
    proxy.decide(fate)
    expect(await writer.submit(`again ${fate}`)).toBe(`kept again ${fate}, ${made} new`)
    expect(runs).toHaveLength(3)
    expect(await written(`again ${fate}`)).toEqual([`again ${fate}`, `again ${fate} before`])
    await hot.end()
  })

  test('commits nothing when it is refused', async () => {
    const hot = createPool(proxy.url, { byIndex: true, pipelined: true })
    const refused = withTransaction(hot, async (tx) => {
      await write(tx, ['refused'])
      return queryAndCommit(tx, { text: 'select 1 / 0' })
    })
    await expect(refused).rejects.toThrow(/division by zero/)
    expect(await written('refused')).toEqual([])
    // The connection is as good as new.
    expect((await hot.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await hot.end()
  })
})

test('without a mark the outcome is said to be unknown, whichever it was', async () => {
  for (const fate of ['is unanswered', 'is lost'] as const) {
    proxy.decide(fate)
    await expect(withTransaction(pool, (tx) => write(tx, [`unmarked ${fate}`]))).rejects.toThrow(
      OutcomeUnknown,
    )
  }
  expect(await written('unmarked')).toEqual(['unmarked is unanswered'])
})

test('an error that a verb passes over does not become a commit', async () => {
  const passedOver = withTransaction(pool, async (tx) => {
    await write(tx, ['passed over'])
    await tx.query('select 1 / 0').catch(() => {})
  })
  await expect(passedOver).rejects.toThrow(/passed over/)
  expect(await written('passed over')).toEqual([])
})

test('one input at fault among a hundred is found by halving', async () => {
  let transactions = 0
  const writer = new GroupCommit<string, string>(
    pool,
    (tx, inputs) => {
      transactions++
      return write(tx, inputs)
    },
    { workers: 1 },
  )
  const notes = Array.from({ length: 100 }, (_, i) => (i === 61 ? 'fault-\0' : `fault-${i}`))
  const answers = await Promise.allSettled(notes.map((note) => writer.submit(note)))
  expect(answers.filter((a) => a.status === 'fulfilled')).toHaveLength(99)
  expect(answers[61]?.status).toBe('rejected')
  expect(await written('fault-')).toHaveLength(99)
  // 100 halved down to one: seven levels of two, and the whole.
  expect(transactions).toBeLessThanOrEqual(15)
})
