import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { BUGS } from './bugs/all.ts'
import { edited, NotApplicable } from './copy.ts'

const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8')

test('an edit must find its place, and once', () => {
  const edit = { file: 'x.ts', find: 'b', replace: 'd' }
  expect(edited('a b c', edit)).toBe('a d c')
  expect(() => edited('a c', edit)).toThrow(NotApplicable)
  expect(() => edited('b b', edit)).toThrow('2 times')
})

// Whoever changes one of these places moves the bug with it: `npm run chaos:planted` shows that it is still seen.
describe('every bug can still be planted', () => {
  test.each(BUGS.map((bug) => [bug.name, bug] as const))('%s', (_, { edits }) => {
    const texts = new Map<string, string>()
    for (const edit of edits) texts.set(edit.file, edited(texts.get(edit.file) ?? read(edit.file), edit))
    expect(texts.size).toBeGreaterThan(0)
  })
})

test('there are at least twenty, each with a name of its own', () => {
  expect(BUGS.length).toBeGreaterThanOrEqual(20)
  expect(new Set(BUGS.map(({ name }) => name)).size).toBe(BUGS.length)
})
