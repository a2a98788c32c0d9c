import { expect, test } from 'vitest'
import { bpsOf, tagsOf } from './tags-of.ts'

test('tags are taken however they are listed, each once', () => {
  expect(tagsOf('#rivers, sea  #rivers,lakes')).toEqual(['rivers', 'sea', 'lakes'])
  expect(tagsOf(' , # ')).toEqual([])
})

test.each([
  ['50', 5_000],
  ['0.5', 50],
  ['12,25', 1_225],
  ['100', 10_000],
  ['1.234', null],
  ['half', null],
  ['', null],
  ['-1', null],
])('%s percent', (percent, bps) => {
  expect(bpsOf(percent)).toBe(bps)
})
