import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseMentions } from './parse.ts'

const names = (text: string) => parseMentions(text).map(({ name }) => name)
const ADDRESS = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'

test.each([
  ['@alice and @Bob!', ['alice', 'bob']],
  ['(@alice), *@bob*, "@carol".', ['alice', 'bob', 'carol']],
  ['@alice. @alice', ['alice', 'alice']],
  [`ask @${ADDRESS}`, [ADDRESS.toLowerCase()]],
  ['me@example.com, @@alice, é@alice', []],
  ['@al, @_alice, @', []],
  [`@${'a'.repeat(30)} @${'b'.repeat(31)}`, ['a'.repeat(30)]],
  ['@alicé @alice🌊', ['alice']],
  ['@a-b_c @bob_', ['a-b_c', 'bob_']],
  ['@alice@bob', ['alice']],
])('%j names %j', (text, expected) => {
  expect(names(text)).toEqual(expected)
})

test('places are counted in characters, as a reader counts them', () => {
  expect(parseMentions('🌊🌊 @alice, é @bob')).toEqual([
    { name: 'alice', start: 3, end: 9 },
    { name: 'bob', start: 13, end: 17 },
  ])
})

const handle = fc.stringMatching(/^[a-z0-9][a-z0-9_-]{2,29}$/)
const between = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('@', ''))

test('whoever is named between other words is found, where they are', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(between, handle)), between, (parts, rest) => {
      const text = `${parts.map(([words, name]) => `${words} @${name} `).join('')}${rest}`
      const found = parseMentions(text)
      expect(found.map(({ name }) => name)).toEqual(parts.map(([, name]) => name))
      for (const { name, start, end } of found) expect([...text].slice(start, end).join('')).toBe(`@${name}`)
    }),
  )
})

test('whatever the text: names are such, and places are in order, apart, and in the text', () => {
  const any = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc
      .array(fc.constantFrom('@', 'a', '0x', '-', '_', '🌊', ' ', 'é', 'f'.repeat(40)))
      .map((p) => p.join('')),
  )
  fc.assert(
    fc.property(any, (text) => {
      const characters = [...text]
      let before = 0
      for (const { name, start, end } of parseMentions(text)) {
        expect(start).toBeGreaterThanOrEqual(before)
        expect(end).toBeLessThanOrEqual(characters.length)
        expect(characters.slice(start, end).join('').toLowerCase()).toBe(`@${name}`)
        expect(name).toMatch(/^(0x[0-9a-f]{40}|[a-z0-9][a-z0-9_-]{2,29})$/)
        before = end
      }
    }),
  )
})

test('the worst text costs by its length: four times the text, less than sixteen times the time', () => {
  // Quadratic matching would take sixteen times as long. The least of several, since others use the machine too.
  const cost = (size: number, piece: string) => {
    const text = piece.repeat(size)
    const times = Array.from({ length: 5 }, () => {
      const from = performance.now()
      parseMentions(text)
      return performance.now() - from
    })
    return Math.min(...times)
  }
  for (const piece of ['@', '@a', '@aa', '@0xf', 'a-_', '@aaa-', '@abc '])
    expect([piece, cost(200_000, piece) < 16 * Math.max(cost(50_000, piece), 1)]).toEqual([piece, true])
})
