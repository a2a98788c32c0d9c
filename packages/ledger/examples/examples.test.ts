import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { onConnection, type TestDatabase, testDatabase } from '@rivulet/stack'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const FOLDER = import.meta.dirname
const { DATABASE_URL: _elsewhere, ...environment } = process.env

/** The scripts beside this file, without what they share. */
const SCRIPTS = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'book.ts')
  .map((name) => name.replace('.ts', ''))

/** What a script prints, as a process of its own. */
async function printed(script: string, env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [`${FOLDER}/${script}.ts`], {
    env: { ...environment, ...env },
  })
  return stdout
}

const committed = (script: string) => readFileSync(`${FOLDER}/${script}.txt`, 'utf8')

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

test('each script has its output beside it', () => {
  const outputs = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))
  expect(outputs.sort()).toEqual(SCRIPTS.map((script) => `${script}.txt`).sort())
  expect(SCRIPTS).toContain('tip-with-fee')
})

describe('prints what is committed', () => {
  test.each(SCRIPTS.filter((script) => script !== 'audit'))(
    '%s, in memory and in PostgreSQL',
    async (script) => {
      const inBoth = [printed(script), printed(script, { DATABASE_URL: database.url })]
      expect(await Promise.all(inBoth)).toEqual([committed(script), committed(script)])
    },
  )

  test('audit, as the superuser', async () => {
    expect(await printed('audit', { DATABASE_URL: database.adminUrl })).toBe(committed('audit'))
  })
})

test('nothing is left in the database', async () => {
  const left = await onConnection(database.adminUrl, async (client) => {
    const { rows } = await client.query(
      `select (select count(*)::int from ledger.transfer) as transfers,
         (select count(*)::int from ledger.account where ref like 'example:%') as accounts`,
    )
    return rows[0]
  })
  expect(left).toEqual({ transfers: 0, accounts: 0 })
})

test('audit says what it needs', async () => {
  await expect(printed('audit')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Set DATABASE_URL'),
  })
})
