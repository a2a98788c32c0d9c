import { spawnSync } from 'node:child_process'
import { createPool, ledgerOf, newId, withTransaction } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { onConnection, testDatabase } from '@rivulet/stack'
import { expect, test } from 'vitest'

function run(url: string) {
  const env = { ...process.env, DATABASE_URL: url }
  return spawnSync('node', ['scripts/audit.ts'], { env, encoding: 'utf8' })
}

test('`npm run audit` tells books that are right from those that are not, and from none', async () => {
  const database = await testDatabase()
  const pool = createPool(database.url)
  await withTransaction(pool, async (tx) => {
    await ledgerOf(tx).open(['member:alice:available', 'settling:7'])
    const row = { leg: 0, amount: amountOf(2_500_000_000n), code: 1 }
    const paid = await ledgerOf(tx).post([
      { ...row, id: newId(), debit: 'chain:reserve', credit: 'member:alice:available' },
      { ...row, id: newId(), debit: 'member:alice:available', credit: 'settling:7' },
    ])
    expect(paid).toEqual(['ok', 'ok'])
  })
  await pool.end()
  // The four accounts that there are from the beginning, and these two.
  const right = run(database.url)
  expect([right.stdout, right.status]).toEqual([
    expect.stringMatching(
      /^\S+Z {2}6 accounts, 2 transfers\non its way: settling:7 2\.5, for \d+ s\nevery law of the ledger holds\n$/,
    ),
    0,
  ])

  const forge = `set session_replication_role = replica;
    update ledger.account set balance = 7 where ref = 'member:alice:available'`
  await onConnection(database.adminUrl, (client) => client.query(forge))
  const wrong = run(database.url)
  expect(wrong.stdout).toContain('broken: balance_differs member:alice:available expected 0 found 7\n')
  expect(wrong.stdout).toContain('2 laws are broken')
  expect(wrong.status).toBe(1)

  await database.close()
  const none = run(database.url)
  expect([none.stdout, none.status]).toEqual(['', 2])
  expect(none.stderr).toContain('does not exist')
})
