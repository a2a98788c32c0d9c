import { expect, test } from 'vitest'
import { readArguments } from './arguments.ts'

test('three rounds of four seconds a cell, or as was asked', () => {
  expect(readArguments([])).toEqual({ rounds: 3, seconds: 4, quick: false })
  expect(readArguments(['--rounds', '7', '--seconds', '0.5'])).toEqual({
    rounds: 7,
    seconds: 0.5,
    quick: false,
  })
  expect(readArguments([], { seconds: 2 })).toMatchObject({ seconds: 2 })
})

test.each([
  [['--rounds', '0'], /--rounds 0: a whole number above 0, at most 100/],
  [['--rounds', '2.5'], /--rounds 2\.5: a whole number/],
  [['--seconds', 'long'], /--seconds long: a number above 0, at most 600/],
  [['--fast'], /Unknown option '--fast'/],
])('%j is refused, with what to say instead', (args, refusal) => {
  expect(() => readArguments(args)).toThrow(refusal)
})
