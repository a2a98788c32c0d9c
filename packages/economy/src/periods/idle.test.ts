import { afterAll, beforeAll, expect, test } from 'vitest'
import { closePeriod, endPeriod } from '../../test/closing.ts'
import { openTown, type Town } from '../../test/town.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const endAndClose = async () => closePeriod(town, await endPeriod(town))
const budgetOf = async (id: string) => (await town.wallet(id)).budget
const grants = async () =>
  (await town.pool.query(`select balance from ledger.account where ref = 'pool:grants'`)).rows[0]?.balance ??
  0n

test('a budget nobody uses is kept for three closes, and goes to grants at the fourth', async () => {
  const alice = await town.member()
  await town.budget(alice, '0.3')
  for (let close = 1; close <= 3; close++) {
    expect(await endAndClose()).toMatchObject({ payers: 0, paid: 0n, swept: 0n })
    expect(await budgetOf(alice)).toBe(300_000_000n)
  }
  expect(await endAndClose()).toMatchObject({ payers: 0, paid: 0n, swept: 300_000_000n })
  expect(await budgetOf(alice)).toBe(0n)
  expect(await grants()).toBe(300_000_000n)
  expect((await town.pool.query('select * from idle_budgets')).rows).toEqual([])
})

test('whoever does something in between begins again, also if it was of their own post and paid nobody', async () => {
  const alice = await town.member()
  await town.budget(alice, '0.3')
  for (let close = 1; close <= 3; close++) await endAndClose()
  await town.like(alice, await town.post(alice))
  await endAndClose()
  for (let close = 1; close <= 3; close++) await endAndClose()
  expect(await budgetOf(alice)).toBe(300_000_000n)
  expect(await endAndClose()).toMatchObject({ swept: 300_000_000n })
})

test('whose budget was empty at a close in between begins again', async () => {
  const [alice, bob] = [await town.member(), await town.member()]
  await town.budget(alice, '0.0005')
  for (let close = 1; close <= 3; close++) await endAndClose()
  await town.like(alice, await town.post(bob))
  await endAndClose()
  await town.budget(alice, '0.2')
  for (let close = 1; close <= 3; close++) expect(await endAndClose()).toMatchObject({ swept: 0n })
  expect(await endAndClose()).toMatchObject({ swept: 200_000_000n })
})

test('a close in several steps, or taken up twice, counts once', async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => town.member()))
  for (const id of people) await town.budget(id, '0.1')
  for (let close = 1; close <= 3; close++) {
    const period = await endPeriod(town)
    await Promise.all([closePeriod(town, period, { limit: 2 }), closePeriod(town, period, { limit: 2 })])
    await closePeriod(town, period)
  }
  expect(await Promise.all(people.map(budgetOf))).toEqual(people.map(() => 100_000_000n))
  expect(await endAndClose()).toMatchObject({ swept: 500_000_000n })
  expect(await town.lawsHold()).toBe(true)
})
