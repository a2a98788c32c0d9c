import { Wallet } from 'ethers'
import { afterAll, expect, test } from 'vitest'
import { onConnection } from '../postgres/sql.ts'
import { testChain } from './chain.ts'
import { testDatabase } from './database.ts'

const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing) await close()
})

test('two databases have the same tables and nothing else in common', async () => {
  const [a, b] = await Promise.all([testDatabase(), testDatabase()])
  closing.push(a.close, b.close)
  await onConnection(a.adminUrl, (client) => client.query('create table only_here ()'))
  const tables = (url: string) =>
    onConnection(url, async (client) => {
      const { rows } = await client.query(`select table_name as name from information_schema.tables
        where table_schema = 'public' and table_name in ('members', 'only_here') order by 1`)
      return rows.map((row) => row.name)
    })
  expect(await tables(a.adminUrl)).toEqual(['members', 'only_here'])
  expect(await tables(b.adminUrl)).toEqual(['members'])
})

test('the applications sign in as themselves and may not touch a balance', async () => {
  const { url, close } = await testDatabase()
  closing.push(close)
  await onConnection(url, async (client) => {
    const { rows } = await client.query(
      `select current_user as who, pg_has_role('rivulet_app', 'usage') as member`,
    )
    expect(rows).toEqual([{ who: 'rivulet', member: true }])
    await expect(client.query('update ledger.account set balance = 1')).rejects.toThrow(/permission denied/)
  })
})

test('a closed database is gone, whoever was connected', async () => {
  const { url, adminUrl, close } = await testDatabase()
  await expect(onConnection(url, async () => close())).resolves.toBeUndefined()
  await expect(onConnection(adminUrl, async () => {})).rejects.toThrow(/does not exist/)
})

test('a chain comes with contracts, funded keys, and finality that passes', async () => {
  const chain = await testChain({ blockTime: 0.1 })
  closing.push(chain.close)
  const alice = Wallet.createRandom().connect(chain.provider)
  await chain.fund(alice.address, { units: 2_500_000n })

  expect(await chain.dollar.getFunction('balanceOf')(alice.address)).toBe(2_500_000n)
  expect(await chain.provider.getBalance(alice.address)).toBe(10n ** 18n)
  expect(await chain.provider.getCode(chain.vault)).not.toBe('0x')
  const minted = await chain.provider.getBlockNumber()
  await expect
    .poll(async () => (await chain.provider.getBlock('finalized'))!.number, { timeout: 10_000 })
    .toBeGreaterThan(minted)
})

test('with a block for each transaction nothing happens without one', async () => {
  const chain = await testChain({ blockTime: null })
  closing.push(chain.close)
  const before = await chain.provider.getBlockNumber()
  await chain.fund(Wallet.createRandom().address, { units: 1n })
  expect(await chain.provider.getBlockNumber()).toBe(before + 1)
  const { timestamp } = (await chain.provider.getBlock('latest'))!
  await chain.skip(3600)
  expect((await chain.provider.getBlock('latest'))!.timestamp).toBeGreaterThanOrEqual(timestamp + 3600)
})
