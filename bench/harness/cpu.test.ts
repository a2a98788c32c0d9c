import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { CpuWatch } from './cpu.ts'

/** Works until it has used half a second of a core, and tells what it used in the end. */
const work = `
  while (process.cpuUsage().user < 500_000) Math.random()
  const { user, system } = process.cpuUsage()
  console.log(user + system)`

test('what a child worked is ours, also when it has ended', () => {
  const began = performance.now()
  const before = process.cpuUsage()
  const watch = new CpuWatch()
  const told = Number(execFileSync(process.execPath, ['-e', work], { encoding: 'utf8' }))
  const { own, others } = watch.shares()
  const here = process.cpuUsage(before)
  const microseconds = own * availableParallelism() * (performance.now() - began) * 1000
  expect(told).toBeGreaterThan(500_000)
  expect(Math.abs(microseconds - told - here.user - here.system)).toBeLessThan(0.4 * told)
  expect(own + others).toBeLessThan(1.2)
})
