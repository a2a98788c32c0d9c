import { StartRefused } from '@rivulet/stack'
import { expect, test } from 'vitest'
import { paceOf } from './pace.ts'

test('what is not told is as the help says; what is no number of them is refused by its name', () => {
  expect(paceOf({})).toEqual({ everyMs: 30_000, actsPerHour: 120 })
  expect(paceOf({ TOWN_EVERY_SECONDS: '5', TOWN_ACTS_PER_HOUR: '0' })).toEqual({
    everyMs: 5_000,
    actsPerHour: 0,
  })
  for (const [name, given] of [
    ['TOWN_EVERY_SECONDS', '0'],
    ['TOWN_EVERY_SECONDS', '1.5'],
    ['TOWN_ACTS_PER_HOUR', '-1'],
    ['TOWN_ACTS_PER_HOUR', '3601'],
  ] as const) {
    expect(() => paceOf({ [name]: given })).toThrow(StartRefused)
    expect(() => paceOf({ [name]: given })).toThrow(new RegExp(`^${name}=${given} `))
  }
})
