import { expect, test } from 'vitest'
import { allowanceOf } from './allowance.ts'

const MINUTE = 60_000

test('three an hour: the fourth has to wait until the first is an hour old', () => {
  let at = 0
  const allowance = allowanceOf(3, () => at)
  const taken = [0, 10, 20, 30, 59, 60, 61, 70, 80, 81].map((minute) => {
    at = minute * MINUTE
    return allowance.take()
  })
  expect(taken).toEqual([true, true, true, false, false, true, false, true, true, false])
})

test('none an hour is none', () => {
  expect(allowanceOf(0).take()).toBe(false)
})
