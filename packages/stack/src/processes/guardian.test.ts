import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { temporaryFolder } from '../testing/temporary.ts'
import { startChild } from './child.ts'
import { startGuardian } from './guardian.ts'
import { identify, isRunning, type ProcessIdentity } from './identity.ts'
import { isGoneWithin } from './stopping.ts'

const parentProgram = fileURLToPath(new URL('../../test/parent.ts', import.meta.url))
const childProgram = fileURLToPath(new URL('../../test/child.ts', import.meta.url))

const END_MS = 10_000

let parent: ChildProcess | null = null
afterEach(() => {
  parent?.kill('SIGKILL')
})

/** Starts a parent with children `name:rank:graceMs`, and waits until each says it has started. */
async function family(...programs: string[]) {
  const logFile = join(temporaryFolder('guardian'), 'log')
  parent = spawn(process.execPath, [parentProgram, logFile, ...programs], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: parent.stdout! })
  const { value } = await lines[Symbol.asyncIterator]().next()
  const { guardian, pids, folder } = JSON.parse(value!) as {
    guardian: number
    pids: number[]
    folder: string
  }
  const said = () => readFileSync(logFile, 'utf8').trim().split('\n')
  await expect
    .poll(() => said().filter((line) => line.endsWith('started')).length, { timeout: END_MS })
    .toBe(programs.length)
  // From then on signals do not reach it; before, one would leave the children without anybody.
  await expect.poll(() => nameOf(guardian), { timeout: END_MS }).toBe('rivulet-guardian')
  return { folder, guardian: identify(guardian), children: pids.map(identify), said }
}

test('children of a killed parent are stopped in order, each rank when the one before is gone', async () => {
  const { guardian, children, said, folder } = await family('chain:2:5000', 'database:1:5000', 'slow:0:5000')
  parent!.kill('SIGKILL')
  expect(await isGoneWithin(guardian, END_MS)).toBe(true)

  expect(children.map(isRunning)).toEqual([false, false, false])
  expect(said().slice(3)).toEqual([
    ...['slow asked', 'slow ended'],
    ...['database asked', 'database ended'],
    ...['chain asked', 'chain ended'],
  ])
  expect(existsSync(folder)).toBe(false)
})

test('one that does not end when asked is killed when its grace is over, and does not keep the rest', async () => {
  const { guardian, children, said } = await family('stubborn:0:400', 'database:1:5000')
  parent!.kill('SIGKILL')
  expect(await isGoneWithin(guardian, END_MS)).toBe(true)

  expect(children.map(isRunning)).toEqual([false, false])
  expect(said().slice(2)).toEqual(['stubborn asked', 'database asked', 'database ended'])
})

test('a parent that throws away its life some other way is cleaned up after as well', async () => {
  const { guardian, children } = await family('slow:0:5000')
  parent!.kill('SIGTERM')
  expect(await isGoneWithin(guardian, END_MS)).toBe(true)
  expect(children.map(isRunning)).toEqual([false])
})

test('what a Ctrl-C on the terminal sends to everybody does not reach the children', async () => {
  const { guardian, children, said } = await family('database:1:5000')
  for (const { pid } of [guardian, ...children]) {
    const group = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[2]
    expect(Number(group)).toBe(pid)
  }
  process.kill(guardian.pid, 'SIGINT')
  expect(isRunning(guardian)).toBe(true)
  expect(said()).toEqual(['database started'])
})

test('a guardian that is killed itself is replaced, and the new one knows the children', async () => {
  const { guardian, children } = await family('slow:0:5000')
  process.kill(guardian.pid, 'SIGKILL')
  const ofParent = () =>
    childrenOf(parent!.pid!).filter((pid) => pid !== children[0]!.pid && pid !== guardian.pid)
  await expect.poll(() => ofParent().length, { timeout: END_MS }).toBe(1)
  const second = identify(ofParent()[0]!)
  await expect.poll(() => nameOf(second.pid), { timeout: END_MS }).toBe('rivulet-guardian')

  parent!.kill('SIGKILL')
  expect(await isGoneWithin(second, END_MS)).toBe(true)
  expect(children.map(isRunning)).toEqual([false])
})

test('what a child has started ends with it, also when the child was killed and could not see to it', async () => {
  const { children } = await family('leader:0:400')
  const [leader] = children as [ProcessIdentity]
  const [own] = childrenOf(leader.pid).map(identify) as [ProcessIdentity]
  process.kill(leader.pid, 'SIGKILL')
  expect(await isGoneWithin(own, END_MS)).toBe(true)
  expect(isRunning(identify(parent!.pid!))).toBe(true)
})

test('and also when all who knew of it are killed, but for the guardian', async () => {
  const { guardian, children } = await family('leader:0:400')
  const [leader] = children as [ProcessIdentity]
  const [own] = childrenOf(leader.pid).map(identify) as [ProcessIdentity]
  parent!.kill('SIGKILL')
  process.kill(leader.pid, 'SIGKILL')
  expect(await isGoneWithin(guardian, END_MS)).toBe(true)
  expect([leader, own].map(isRunning)).toEqual([false, false])
})

test('a child that has ended is forgotten: its number may be somebody else’s by then', async () => {
  const logFile = join(temporaryFolder('guardian'), 'log')
  const child = await startChild({
    ...{ name: 'short', rank: 0, graceMs: 1000, signal: 'SIGTERM', env: {}, logFile },
    ...{ command: process.execPath, args: ['-e', ''] },
  })
  expect(await child.exited).toEqual({ code: 0, signal: null })
  expect(await child.stop()).toBe('ended')
  expect(isRunning({ pid: process.pid, startedAt: '1' })).toBe(false)
  expect(isRunning(identify(startGuardian()))).toBe(true)
})

test('a program that is not there is an error', async () => {
  const logFile = join(temporaryFolder('guardian'), 'log')
  const missing = { command: '/nowhere/program', args: [childProgram], env: {}, logFile }
  await expect(
    startChild({ ...missing, name: 'missing', rank: 0, graceMs: 0, signal: 'SIGTERM' }),
  ).rejects.toThrow(/ENOENT/)
})

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

const nameOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', '').trim()
