import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROPERTY_TIMEOUT, runs } from '../test/conformance.ts'
import { type TestDatabase, testDatabase } from '../test/database.ts'
import { type History, histories, PEOPLE, Stage } from '../test/histories.ts'
import { heldBy } from '../test/oracle.ts'
import { type Answered, serialOrder } from '../test/serial-order.ts'
import { Story } from '../test/story.ts'
import { RESERVE } from './account.ts'
import { audit } from './auditor.ts'
import { MemoryLedger } from './memory-ledger.ts'
import { PostgresLedger } from './postgres-ledger.ts'
import type { PostResult, Transfer } from './transfer.ts'

let database: TestDatabase
let pool: ReturnType<TestDatabase['pool']>
let ledger: PostgresLedger

beforeAll(async () => {
  database = await testDatabase()
  const owner = database.pool('owner', 1)
  const { rows } = await owner.query('select current_database() as name')
  // A circle of waiting is looked for after this time; the usual second each would be most of what the test takes.
  await owner.query(`alter database ${rows[0].name} set deadlock_timeout = '5ms'`)
  pool = database.pool('app', 4)
  ledger = new PostgresLedger(pool)
})
afterAll(() => database.close())

const RETRYABLE = ['40P01', '40001']
let retries = 0

/**
 * Posts in a transaction of its own, as the README says: what PostgreSQL gave up for others' sake is sent again. The
 * round trip between posting and commit is what others run into.
 */
async function post(rows: Transfer[]): Promise<PostResult[]> {
  const client = await pool.connect()
  try {
    for (;;) {
      try {
        await client.query('begin')
        const answers = await new PostgresLedger(client).post(rows)
        await client.query('commit')
        return answers
      } catch (error) {
        await client.query('rollback')
        if (!RETRYABLE.includes((error as { code: string }).code)) throw error
        retries += 1
      }
    }
  } finally {
    client.release()
  }
}

/*
 * An account that everybody uses would make all batches wait for each other. So there are fifteen people with some money
 * each instead of four and the reserve, and batches are small: now they meet by their ids, too.
 */
const NAMES = [...PEOPLE, 'erin'].flatMap((name) => [1, 2, 3].map((code) => `${name}${code}`))

function crowded(history: History): History {
  const rows = history.flat().map((row) => {
    const nameOf = (name: string) => `${name === RESERVE ? 'erin' : name}${row.code}`
    return { ...row, debit: nameOf(row.debit), credit: nameOf(row.credit) }
  })
  return Array.from({ length: Math.ceil(rows.length / 3) }, (_, at) => rows.slice(3 * at, 3 * at + 3))
}

/** Four connections at once: two share the batches, two send all of them again, from the end and from within. */
async function liveByFour(history: History, stage: Stage): Promise<Answered[]> {
  const batches = history.map((batch) => stage.transfers(batch))
  const wealth = NAMES.map((credit, event) => ({ operation: 0, event: 900 + event, leg: 0, credit }))
  const first = stage.transfers(wealth.map((row) => ({ ...row, debit: RESERVE, amount: 12n, code: 1 })))
  const sent: Answered[] = [{ rows: first, answers: await post(first), began: 1, ended: 2 }]
  let clock = 2
  const connection = async (own: Transfer[][]) => {
    for (const rows of own) {
      const began = ++clock
      const answers = await post(rows)
      sent.push({ rows, answers, began, ended: ++clock })
    }
  }
  await Promise.all([
    connection(batches.filter((_, at) => at % 2 === 0)),
    connection(batches.filter((_, at) => at % 2 === 1)),
    connection(batches.toReversed()),
    connection(batches.map((rows) => rows.toReversed())),
  ])
  return sent
}

async function standsOnce(sent: Answered[]): Promise<void> {
  const posted = sent.flatMap(({ rows, answers }) => rows.filter((_, at) => answers[at] === 'ok'))
  const ids = [...new Set(sent.flatMap(({ rows }) => rows.map((row) => row.id)))]
  const { rows: stored } = await pool.query(
    `select t.id, leg, d.ref as debit, c.ref as credit, amount::text, code from ledger.transfer t
     join ledger.account d on d.id = t.debit join ledger.account c on c.id = t.credit where t.id = any ($1::uuid[])`,
    [ids],
  )
  const text = ({ id, leg, debit, credit, amount, code }: Record<keyof Transfer, unknown>) =>
    `${id}/${leg} ${debit} ${credit} ${amount} ${code}`
  expect(stored.map(text).sort()).toEqual(posted.map(text).sort())
}

async function liveAndExplain(history: History): Promise<void> {
  const stage = new Stage()
  const refs = NAMES.map((name) => stage.ref(name))
  await ledger.open([RESERVE, ...refs])
  const sent = await liveByFour(history, stage)
  await standsOnce(sent)
  const order = serialOrder(sent, new Set([RESERVE, ...refs]))
  expect(order, 'no order of the batches explains the answers').toBeDefined()
  const posted = sent.flatMap(({ rows, answers }) => rows.filter((_, at) => answers[at] === 'ok'))
  const balances = await ledger.balances(refs)
  expect(balances).toEqual(new Map(refs.map((ref) => [ref, heldBy(ref, posted)])))
}

/** The first body of each id and leg; the rows that would conflict with it left out. */
function withoutConflicts(history: History): History {
  const bodies = new Map<string, string>()
  return history.map((batch) =>
    batch.filter(({ event, leg, debit, credit, amount, code }) => {
      const [key, body] = [`${event}/${leg}`, `${debit} ${credit} ${amount} ${code}`]
      if (!bodies.has(key)) bodies.set(key, body)
      return bodies.get(key) === body
    }),
  )
}

describe('batches of four connections at once, with ids and accounts in common', () => {
  test(
    'are answered as they would be in some order one after another, and each row stands once',
    async () => {
      const count = runs(25, 500)
      await fc.assert(fc.asyncProperty(histories(24).map(crowded), liveAndExplain), { numRuns: count })
      console.log(
        `four connections at once: ${count} histories of 24 operations, ${retries} batches sent again`,
      )
      expect(await audit(pool)).toMatchObject({ ok: true, violations: [] })
    },
    PROPERTY_TIMEOUT,
  )

  test(
    'never wait for each other in a circle, as long as one id is one body',
    async () => {
      const before = retries
      const property = fc.asyncProperty(histories(24).map(crowded).map(withoutConflicts), liveAndExplain)
      await fc.assert(property, { numRuns: runs(10, 200) })
      expect(retries - before).toBe(0)
    },
    PROPERTY_TIMEOUT,
  )
})

describe('whoever looks for an order', () => {
  const open = (story: Story) => new Set([RESERVE, story.ref('alice'), story.ref('bob')])
  const answered = (rows: Transfer[], answers: PostResult[], began: number, ended: number): Answered => ({
    ...{ rows, answers, began, ended },
  })

  test('finds one where the later batch was the first, and none where both claim to be', async () => {
    const story = await Story.of(new MemoryLedger(), { alice: 0, bob: 0 })
    const fund = answered([story.row(RESERVE, 'alice', 5)], ['ok'], 1, 4)
    const spend = answered([story.row('alice', 'bob', 5)], ['ok'], 2, 3)
    expect(serialOrder([spend, fund], open(story))).toEqual([fund, spend])
    const twice = { ...fund, began: 5, ended: 6 }
    expect(serialOrder([fund, twice], open(story))).toBeUndefined()
  })

  test('does not put a batch before one that had ended when it began', async () => {
    const story = await Story.of(new MemoryLedger(), { alice: 0, bob: 0 })
    const spend = answered([story.row('alice', 'bob', 5)], ['ok'], 1, 2)
    const fund = answered([story.row(RESERVE, 'alice', 5)], ['ok'], 3, 4)
    expect(serialOrder([spend, fund], open(story))).toBeUndefined()
  })
})
