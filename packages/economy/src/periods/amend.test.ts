import { withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actingBefore, closePeriod, endPeriod, periodsAreEmpty } from '../../test/closing.ts'
import { openTown, type Town } from '../../test/town.ts'
import { closePeriodStep } from './close-period.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

/** One step, in which these like a post of erin's when all is prepared and nothing is posted. */
async function stepWhileTheyLike(period: bigint, likers: string[], rules = town.rules) {
  const erin = await town.member()
  let attempts = 0
  const step = await withTransaction(town.pool, (tx, attempt) => {
    attempts = attempt
    const spend = async () => {
      for (const id of likers) await town.like(id, await town.post(erin))
      likers = []
    }
    return closePeriodStep(actingBefore(tx, 'post-closing-step', spend), rules, period)
  })
  await closePeriod(town, period)
  return { step, attempts, erin }
}

test('alice likes while her budget is split: what is left is split, and carol, who did not, is in the same step', async () => {
  const [alice, bob, carol, dave] = await Promise.all([1, 2, 3, 4].map(() => town.member()))
  for (const id of [alice!, carol!]) {
    await town.like(id, await town.post(bob!))
    await town.like(id, await town.post(dave!))
    await town.budget(id, '0.3')
  }
  const { step, attempts, erin } = await stepWhileTheyLike(await endPeriod(town), [alice!])
  // 0.3 of carol's and 0.2995 of alice's, a half each.
  expect(step).toMatchObject({ payers: 2, interactions: 4, paid: 599_500_000n })
  expect(attempts).toBe(1)
  const of = async (id: string) => (await town.wallet(id)).pending
  expect([await of(bob!), await of(dave!), await of(erin)]).toEqual([299_750_000n, 299_750_000n, 500_000n])
  expect((await town.wallet(alice!)).budget).toBe(0n)
  const { rows } = await town.pool.query(
    'select gross, budget from receipts where closing and payer_id = $1 order by leg',
    [alice],
  )
  expect(rows).toEqual([1, 2].map(() => ({ gross: 149_750_000n, budget: 299_500_000n })))
  expect(await periodsAreEmpty(town)).toBe(true)
})

test("alice spends all of it: the step is run again without her, and pays carol's", async () => {
  const [alice, bob, carol] = await Promise.all([1, 2, 3].map(() => town.member()))
  for (const id of [alice!, carol!]) await town.like(id, await town.post(bob!))
  await town.budget(alice!, '0.0005')
  await town.budget(carol!, '0.3')
  const { step, attempts, erin } = await stepWhileTheyLike(await endPeriod(town), [alice!])
  expect(step).toMatchObject({ payers: 1, interactions: 1, paid: 300_000_000n })
  expect(attempts).toBe(2)
  expect((await town.wallet(bob!)).pending).toBe(300_000_000n)
  expect((await town.wallet(erin)).pending).toBe(500_000n)
  expect(await periodsAreEmpty(town)).toBe(true)
})

test('frank, idle for too long, likes something as his budget is taken: grants get what he left', async () => {
  const frank = await town.member()
  await town.budget(frank, '0.3')
  const grants = async () =>
    (await town.pool.query(`select balance from ledger.account where ref = 'pool:grants'`)).rows[0]
      ?.balance ?? 0n
  const before = await grants()
  const rules = { ...town.rules, idleCloses: 1 }
  const { step, erin } = await stepWhileTheyLike(await endPeriod(town), [frank], rules)
  expect(step).toMatchObject({ payers: 0, paid: 0n, swept: 299_500_000n })
  expect((await grants()) - before).toBe(299_500_000n)
  expect((await town.wallet(frank)).budget).toBe(0n)
  expect((await town.wallet(erin)).pending).toBe(500_000n)
})
