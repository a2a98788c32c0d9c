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

function fund(...args: string[]) {
  const env = { ...process.env, DATABASE_URL: database.url }
  const { status, stdout, stderr } = spawnSync('node', ['scripts/fund-grants.ts', ...args], {
    env,
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

async function balances() {
  const of = ['platform:revenue', 'pool:grants']
  const found = await withTransaction(pool, (tx) => ledgerOf(tx).balances(of))
  return of.map((ref) => found.get(ref) ?? 0n)
}

test('the operator funds the grants out of fees, once an id', async () => {
  await withTransaction(pool, (tx) =>
    ledgerOf(tx).post([
      {
        ...{ id: newId(), leg: 0, debit: 'chain:reserve', credit: 'platform:revenue' },
        ...{ amount: amountOf(10_000_000_000n), code: 24 },
      },
    ]),
  )
  const id = newId()
  const first = fund('--amount', '2.5', '--id', id)
  expect(first).toEqual({
    status: 0,
    said: `id ${id}\n2.5 moved from platform:revenue to pool:grants\n`,
  })
  expect(fund('--amount', '2.5', '--id', id)).toMatchObject({
    status: 0,
    said: expect.stringContaining('nothing moved'),
  })
  expect(await balances()).toEqual([7_500_000_000n, 2_500_000_000n])
  expect(fund('--amount', '3', '--id', id)).toMatchObject({
    status: 1,
    said: expect.stringContaining('something else'),
  })
  expect(fund('--amount', '7.500000001')).toMatchObject({
    status: 1,
    said: expect.stringContaining('does not cover it'),
  })
  expect(fund('--amount', '7.5')).toMatchObject({ status: 0 })
  expect(await balances()).toEqual([0n, 10_000_000_000n])
})

test.each([
  [[]],
  [['--amount', '0']],
  [['--amount', '1e3']],
  [['--amount', '-1']],
  [['--amount', '1', '--id', 'mine']],
  [['--much', '1']],
])('%j is no way to ask, and says which is', (args) => {
  expect(fund(...args)).toMatchObject({ status: 2, said: expect.stringContaining('--amount') })
})
