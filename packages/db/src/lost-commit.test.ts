import { testDatabase } from '@rivulet/stack'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postgresProxy } from '../test/postgres-proxy.ts'
import { GroupCommit } from './group-commit.ts'
import { createPool, type Pool } from './pool.ts'
import { OutcomeUnknown, type Tx, withTransaction } from './transaction.ts'

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
