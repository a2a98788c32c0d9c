import { expect, test } from 'vitest'
import { each } from './each.ts'

test('everything is started in order, no more at a time than asked for', async () => {
  const started: number[] = []
  let atOnce = 0
  let most = 0
  await each([...Array(50).keys()], 7, async (item) => {
    started.push(item)
    most = Math.max(most, ++atOnce)
    await new Promise((resolve) => setImmediate(resolve))
    atOnce--
  })
  expect(started).toEqual([...Array(50).keys()])
  expect(most).toBe(7)
})

test('a failure is thrown, after those under way have ended, and nothing more is started', async () => {
  const ended: number[] = []
  const run = each([...Array(50).keys()], 3, async (item) => {
    await new Promise((resolve) => setImmediate(resolve))
    if (item === 4) throw new Error('the fifth')
    ended.push(item)
  })
  await expect(run).rejects.toThrow('the fifth')
  expect(ended.length).toBeLessThan(10)
})
