import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type History, histories, OPERATIONS, PEOPLE, type Sketch, Stage } from '../test/histories.ts'
import { foretell, heldBy, type Standing } from '../test/oracle.ts'
import { RESERVE } from './account.ts'
import type { PostResult, Transfer } from './transfer.ts'

/*
 * Whether the histories that the properties live through are worth living through: how often what they are for really
 * happens in them, by what the oracle answers. The least shares lie well below what is drawn on average.
 */

const HISTORIES = 2_000

/** What happened in one history, in counts. */
type Happened = {
  operations: number
  rows: number
  batches: number
  answers: Partial<Record<PostResult, number>>
  /** Rows whose id, leg and body came before, in the same batch. */
  repeatedInBatch: number
  /** Runs of two rows and more that stand or fall together, by how they ended. */
  linkedPosted: number
  linkedFailed: number
  /** Rows posted that move the amount of an earlier one back. */
  reversed: number
  /** Balances of people after each batch: all, and those that one row could overdraw. */
  balances: number
  tiny: number
}

const lived: Happened[] = []

beforeAll(() => {
  for (const history of fc.sample(histories(), HISTORIES)) lived.push(happenedIn(history))
})

function happenedIn(history: History): Happened {
  const stage = new Stage()
  const people = PEOPLE.map((name) => stage.ref(name))
  const open = new Set([RESERVE, ...people])
  const happened: Happened = {
    ...{ operations: new Set(history.flat().map((row: Sketch) => row.operation)).size, rows: 0 },
    ...{ batches: history.length, answers: {}, repeatedInBatch: 0, linkedPosted: 0, linkedFailed: 0 },
    ...{ reversed: 0, balances: 0, tiny: 0 },
  }
  let standing: Standing = []
  for (const batch of history.map((rows) => stage.transfers(rows))) {
    const { answers, standing: after } = foretell(batch, standing, open)
    batch.forEach((row, at) => {
      const answer = answers[at]!
      happened.rows += 1
      happened.answers[answer] = (happened.answers[answer] ?? 0) + 1
      if (answer === 'exists' && batch.slice(0, at).some((one) => isSame(one, row)))
        happened.repeatedInBatch += 1
      const earlier = [...standing, ...batch.slice(0, at).filter((_, n) => answers[n] === 'ok')]
      if (answer === 'ok' && earlier.some((one) => isReverse(one, row))) happened.reversed += 1
      const previous = batch[at - 1]
      if (previous?.id === row.id && previous.leg < row.leg) {
        const stands = answer === 'ok' || answer === 'exists'
        happened[stands ? 'linkedPosted' : 'linkedFailed'] += 1
      }
    })
    standing = after
    for (const ref of people) {
      happened.balances += 1
      if (heldBy(ref, standing) < 8n) happened.tiny += 1
    }
  }
  return happened
}

const isSame = (a: Transfer, b: Transfer) => JSON.stringify(bodyOf(a)) === JSON.stringify(bodyOf(b))
const bodyOf = ({ amount, ...row }: Transfer) => ({ ...row, amount: String(amount) })
const isReverse = (a: Transfer, b: Transfer) =>
  a.debit === b.credit && a.credit === b.debit && a.amount === b.amount && a.id !== b.id

const sum = (count: (one: Happened) => number) => lived.reduce((all, one) => all + count(one), 0)
/** The share of the histories in which something happened at all. */
const everIn = (count: (one: Happened) => number) => lived.filter((one) => count(one) > 0).length / HISTORIES

test('each history has exactly 40 operations, cut into batches', () => {
  expect(lived).toHaveLength(HISTORIES)
  expect(OPERATIONS).toBe(40)
  for (const { operations } of lived) expect(operations).toBe(40)
  expect(sum((one) => one.batches) / HISTORIES).toBeGreaterThan(4)
})

describe('answers', () => {
  test.each<[PostResult, number, number]>([
    ['ok', 0.4, 0.99],
    ['exists', 0.03, 0.6],
    ['conflict', 0.08, 0.8],
    ['insufficient', 0.06, 0.8],
    ['linked_failed', 0.06, 0.8],
    ['unknown_account', 0.005, 0.2],
    ['invalid', 0.02, 0.5],
  ])(
    '%s is at least a share of %d of them, and occurs in a share of %d of the histories',
    (answer, share, occurrence) => {
      const count = ({ answers }: Happened) => answers[answer] ?? 0
      expect(sum(count) / sum((one) => one.rows)).toBeGreaterThan(share)
      expect(everIn(count)).toBeGreaterThan(occurrence)
    },
  )
})

describe('what is worth drawing', () => {
  test.each<[string, (one: Happened) => number, number]>([
    ['a row is repeated in its own batch', (one) => one.repeatedInBatch, 0.2],
    ['linked legs are posted together', (one) => one.linkedPosted, 0.5],
    ['linked legs fail together', (one) => one.linkedFailed, 0.8],
    ['a posted row is reversed', (one) => one.reversed, 0.5],
  ])('%s', (_, count, occurrence) => {
    expect(everIn(count)).toBeGreaterThan(occurrence)
  })

  test('balances are tiny: many could be overdrawn by a single row', () => {
    expect(sum((one) => one.tiny) / sum((one) => one.balances)).toBeGreaterThan(0.2)
  })
})
