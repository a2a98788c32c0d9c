import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { onConnection, type TestDatabase, testDatabase } from '@rivulet/stack'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/*
 * The table of laws in the README, read as it stands: every test that it names is in the file it names, and every guard
 * is in the database.
 */

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

type Law = { law: string; guards: string[]; tests: { file: string; title: string }[] }

const laws: Law[] = readFileSync(`${PACKAGE}README.md`, 'utf8')
  .split('## The laws')[1]!
  .split('\n\n')[1]!
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map(
    (line) =>
      line
        .split('|')
        .slice(1, 4)
        .map((cell) => cell.trim()) as [string, string, string],
  )
  .map(([law, enforced, named]) => ({
    law,
    guards: [...enforced.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
    tests: named.split('; ').flatMap((one) => {
      const file = one.split(':')[0]!
      return [...one.matchAll(/\*([^*]+)\*/g)].map(([, title]) => ({ file, title: title! }))
    }),
  }))
  .filter(({ tests }) => tests.length > 0)

function sourceOf(file: string): string {
  const places = [`src/${file}.test.ts`, `test/${file}.ts`, `../../test/${file}.test.ts`]
  const place = places.map((one) => PACKAGE + one).find(existsSync)
  if (!place) throw new Error(`there is no ${file} among ${places.join(', ')}`)
  return readFileSync(place, 'utf8')
}

/** Whether a file has a test of that title: word by word, or made of a pattern and the label of one of its rows. */
function hasTest(source: string, title: string): boolean {
  const texts = [...source.matchAll(/'((?:[^'\\\n]|\\.)*)'/g)].map(([, text]) => text!)
  return texts.some((text) => {
    if (text === title) return true
    const [before, after, ...more] = text.split('%s')
    if (after === undefined || more.length > 0) return false
    if (!title.startsWith(before!) || !title.endsWith(after)) return false
    const label = title.slice(before!.length, title.length - after.length)
    return texts.includes(label) || source.includes(`  ${label}: {`)
  })
}

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.close())

test('the table is read: a dozen laws and more, each with a test', () => {
  expect(laws.length).toBeGreaterThan(12)
  for (const { law, tests } of laws) expect(tests.length, law).toBeGreaterThan(0)
})

describe('the test is there', () => {
  test.each(laws.flatMap(({ tests }) => tests.map(({ file, title }) => [file, title] as const)))(
    '%s: %s',
    (file, title) => {
      expect(hasTest(sourceOf(file), title)).toBe(true)
    },
  )

  test('and one that nobody wrote is missed', () => {
    const kernel = sourceOf('kernel')
    expect(hasTest(kernel, 'cannot set a balance')).toBe(true)
    expect(hasTest(kernel, 'cannot set a balance by wishing')).toBe(false)
    expect(hasTest(kernel, 'can set a balance')).toBe(false)
    expect(() => sourceOf('kernels')).toThrow(/no kernels/)
  })
})

test('the guards are there', async () => {
  const names = await onConnection(database.adminUrl, async (client) => {
    const { rows } = await client.query(
      `select tgname as name from pg_trigger where not tgisinternal
       union select conname from pg_constraint
       union select 'ledger.' || proname from pg_proc where pronamespace = 'ledger'::regnamespace`,
    )
    return rows.map(({ name }) => name as string)
  })
  const named = laws.flatMap(({ guards }) => guards).filter((guard) => guard !== 'seq')
  expect(named.length).toBeGreaterThan(12)
  expect(named.filter((guard) => !names.includes(guard))).toEqual([])
})
