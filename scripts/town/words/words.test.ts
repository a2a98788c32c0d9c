import { expect, test } from 'vitest'
import { PEOPLE } from '../people.ts'
import { WRITINGS } from '../write.ts'
import { REMARKS, SAYINGS } from './sayings.ts'

test('every key is there once and before it is used; nobody says the same thing twice in one place', () => {
  const known = new Set<string>()
  const found = new Set<string>()
  for (const { key, by, text, title, quoteOf, splits } of WRITINGS) {
    expect([key, known.has(key)]).toEqual([key, false])
    if (quoteOf) expect(known).toContain(quoteOf)
    if (splits) expect(splits.reduce((sum, [, bps]) => sum + bps, 0)).toBe(10_000)
    known.add(key)
    found.add(`${by} ${title ?? text}`)
  }
  expect(found.size).toBe(WRITINGS.length)
  const said = new Set<string>()
  for (const { key, by, on, text } of [...SAYINGS, ...REMARKS]) {
    expect(known).toContain(on)
    if (key) known.add(key)
    said.add(`${by} ${on} ${text}`)
  }
  expect(said.size).toBe(SAYINGS.length + REMARKS.length)
})

test('there is enough to read, and everybody writes but the sponsor', () => {
  expect(WRITINGS.length).toBeGreaterThanOrEqual(30)
  expect(new Set(WRITINGS.map(({ by }) => by)).size).toBe(PEOPLE.length - 1)
})
