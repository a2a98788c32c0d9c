import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Child } from '@rivulet/stack'
import { afterAll, expect, test } from 'vitest'
import { type App, startApp } from './app.ts'
import { supervise } from './supervisor.ts'

const logDir = mkdtempSync(join(tmpdir(), 'rivulet-supervisor-'))
afterAll(() => rmSync(logDir, { recursive: true, force: true }))

test('a worker that ends at every start is brought back four times, and then it is said why not', async () => {
  const started: Child[] = []
  const said: string[] = []
  const { promise: why, resolve: giveUp } = Promise.withResolvers<string>()
  const onLoss = supervise((what) => said.push(what), giveUp)
  // Told nothing, the shipped worker names what it lacks and ends.
  const env = { PATH: process.env.PATH }
  const app: App = await startApp({
    name: 'worker',
    env,
    logDir,
    onLoss,
    onStart: (child) => started.push(child),
  })

  expect(await why).toMatch(/the worker ended again \(code 1\), the 5th time in a minute.*worker\.log/)
  expect(started).toHaveLength(5)
  expect(said).toHaveLength(4)
  expect(app.running).toBe(false)
})

test('an application that ends before it is ready is an error with the end of its log', async () => {
  const starting = startApp({
    ...{ name: 'api', env: { PATH: process.env.PATH }, logDir, readyUrl: 'http://127.0.0.1:9/readyz' },
    ...{ onStart: () => {}, onLoss: () => {} },
  })
  await expect(starting).rejects.toThrow(/api ended before it was ready.*DATABASE_URL/s)
})
