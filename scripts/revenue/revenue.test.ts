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

const VAULT = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
function revenue(...args: string[]) {
  const env = { ...process.env, DATABASE_URL: database.url, VAULT_ADDRESS: VAULT }
  const { status, stdout, stderr } = spawnSync('node', ['scripts/revenue/main.ts', ...args], {
    env,
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}
const taking = (amount: string, key: string) => revenue('take', '--amount', amount, '--key', key)

test('the operator takes revenue out, is told how, and when', async () => {
  const fees = { id: newId(), leg: 0, debit: 'chain:reserve', credit: 'platform:revenue', code: 24 }
  await withTransaction(pool, (tx) => ledgerOf(tx).post([{ ...fees, amount: amountOf(20_000_000_000n) }]))
  const first = taking('12.5', 'november')
  const [, debit] = /^debit (0x0{32}[0-9a-f]{32})$/m.exec(first.said) ?? []
  expect(first).toEqual({
    status: 0,
    said:
      `12.5 moved from platform:revenue to chain:surplus\ndebit ${debit}\n` +
      `as the treasurer, call withdrawSurplus(<to>, 12500000, ${debit}) of ${VAULT}\n` +
      'not yet: an epoch without this money must be active first, and none is; ask again with the same key\n',
  })

  await pool.query(
    `insert into epochs (number, status, root, payout_root, gross, authorised_total, depth, deposits_seen,
       payout_total, expected_executed, data_hash, snapshot_block, snapshot_legs, snapshot)
     values (7, 'active', '0x', '0x', 0, 0, 4, 0, 0, '0x', '0x', 1, 1,
       pg_current_snapshot() || '/' || pg_current_xact_id())`,
  )
  expect(taking('12.5', 'november')).toEqual({
    status: 0,
    said:
      `this had been done already: nothing moved\ndebit ${debit}\n` +
      `as the treasurer, call withdrawSurplus(<to>, 12500000, ${debit}) of ${VAULT}\n` +
      'epoch 7, which is without this money, is active: the vault lets it go\n',
  })

  expect(taking('3', 'november')).toMatchObject({ status: 1, said: expect.stringContaining('another key') })
  expect(taking('7.500001', 'december')).toMatchObject({ status: 1, said: expect.stringContaining('cover') })
  expect(taking('7.0000001', 'december')).toMatchObject({ status: 1, said: expect.stringContaining('finer') })
  expect(taking('7', 'in december')).toMatchObject({ status: 1, said: expect.stringContaining('blanks') })
})

test.each([
  [[]],
  [['give', '--amount', '1', '--key', 'k']],
  [['take', '--amount', '0', '--key', 'k']],
  [['take', '--amount', '1e3', '--key', 'k']],
  [['take', '--amount', '1']],
])('%j is no way to ask, and says which is', (args) => {
  expect(revenue(...args)).toMatchObject({
    status: 2,
    said: expect.stringContaining('npm run revenue -- take --amount'),
  })
})
