import { spawnSync } from 'node:child_process'
import { createPool, ledgerOf, newId, withTransaction } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { testDatabase } from '@rivulet/stack'
import { afterAll, expect, test } from 'vitest'

const database = await testDatabase()
const pool = createPool(database.url)
afterAll(async () => {
  await pool.end()
  await database.close()
})

function take(...args: string[]) {
  const env = { ...process.env, DATABASE_URL: database.url }
  const run = spawnSync('node', ['scripts/take-revenue.ts', ...args], { env, encoding: 'utf8' })
  return { status: run.status, said: run.stdout + run.stderr }
}

test('the operator takes fees out of the books, once an id, and is told the call that pays them', async () => {
  await withTransaction(pool, (tx) =>
    ledgerOf(tx).post([
      {
        ...{ id: newId(), leg: 0, debit: 'chain:reserve', credit: 'platform:revenue' },
        ...{ amount: amountOf(10_000_000_000n), code: 24 },
      },
    ]),
  )
  const id = '01a2222d-56fa-7b38-a1da-a8e9523ab579'
  const call =
    'withdrawSurplus(<to>, 2500000, 0x0000000000000000000000000000000001a2222d56fa7b38a1daa8e9523ab579)'
  const first = take('--amount', '2.5', '--id', id)
  expect(first.status).toBe(0)
  expect(first.said.split('\n')).toEqual([
    `id ${id}`,
    '2.5 moved from platform:revenue to chain:surplus',
    expect.stringContaining('the vault still owes it'),
    call,
    '',
  ])
  const again = take('--amount', '2.5', '--id', id)
  expect(again).toMatchObject({ status: 0, said: expect.stringContaining('nothing moved') })
  expect(again.said).toContain(call)
  expect(take('--amount', '3', '--id', id)).toMatchObject({
    status: 1,
    said: expect.stringContaining('something else'),
  })
  expect(take('--amount', '7.6')).toMatchObject({
    status: 1,
    said: expect.stringContaining('does not cover it'),
  })
  expect(take('--amount', '1.0000001')).toMatchObject({
    status: 1,
    said: expect.stringContaining('fewer decimals'),
  })
  expect(take('--amount', '0')).toMatchObject({ status: 2, said: expect.stringContaining('above 0') })
  const of = ['platform:revenue', 'chain:surplus']
  const found = await withTransaction(pool, (tx) => ledgerOf(tx).balances(of))
  expect(of.map((ref) => found.get(ref))).toEqual([7_500_000_000n, 2_500_000_000n])
})
