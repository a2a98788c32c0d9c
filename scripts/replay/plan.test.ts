import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { expectedOf } from '../outside/reckoning/expected.ts'
import { TERMS } from '../outside/reckoning/testing.ts'
import { argumentsOf } from './arguments.ts'
import { parseLine, readLines } from './lines.ts'
import { deedsOf, planOf } from './plan.ts'

const RATES = { like: 500_000n, comment: 1_000_000n }

test('the first line of a pair is a like, the second a comment, and later ones pay nothing', () => {
  const plan = planOf(
    [
      { source: 'bob', target: 'alice' },
      { source: 'carol', target: 'alice' },
      { source: 'bob', target: 'alice' },
      { source: 'bob', target: 'alice' },
      { source: 'alice', target: 'bob' },
      { source: 'carol', target: 'carol' },
    ],
    RATES,
  )
  expect(plan.steps.map((s) => `${s.who} ${s.kind} ${s.post}${s.writes ? ', new' : ''}`)).toEqual([
    'bob like of alice, new',
    'carol like of alice',
    'bob comment of alice',
    'bob comment of alice',
    'alice like of bob, new',
    'carol like of carol, new',
  ])
  expect(plan.members).toEqual(['bob', 'alice', 'carol'])
  expect(Object.fromEntries(plan.needs)).toEqual({ bob: 1_500_000n, carol: 500_000n, alice: 500_000n })

  const outcome = expectedOf(deedsOf(plan, new Map(plan.needs)), TERMS, () => 1n)
  expect(outcome.holdings.get('alice')?.earned).toBe(2_000_000n)
  expect(outcome.holdings.get('bob')).toMatchObject({ earned: 500_000n, pledge: 0n })
  expect(outcome.holdings.get('carol')).toMatchObject({ earned: 0n, pledge: 0n })
})

test('a line that is none is named with its place', async () => {
  expect(parseLine('1 2 1082040961', 'x:1')).toEqual({ source: '1', target: '2' })
  expect(parseLine('ann\tben\t1082040961.5', 'x:1')).toEqual({ source: 'ann', target: 'ben' })
  expect(() => parseLine('1 2', 'x:3')).toThrow('x:3: expected source, target and Unix time, found "1 2"')
  expect(() => parseLine('1 2 3 4', 'x:3')).toThrow('x:3')
  expect(() => parseLine('1 2 yesterday', 'x:3')).toThrow('"yesterday" is no Unix time')

  const folder = mkdtempSync(join(tmpdir(), 'rivulet-lines-'))
  try {
    const file = join(folder, 'lines.txt')
    writeFileSync(file, '# who whom when\n1 2 10\r\n\n2 1 11\nnonsense\n')
    expect(await readLines(file, 2)).toEqual([
      { source: '1', target: '2' },
      { source: '2', target: '1' },
    ])
    await expect(readLines(file, 9)).rejects.toThrow(`${file}:5: expected source`)
    await expect(readLines(join(folder, 'absent'), 9)).rejects.toThrow('ENOENT')
    writeFileSync(file, '\n')
    await expect(readLines(file, 9)).rejects.toThrow('no interactions')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the command line says what it takes', () => {
  expect(argumentsOf(['a.txt'])).toEqual({ ok: true, file: 'a.txt', limit: Number.POSITIVE_INFINITY })
  expect(argumentsOf(['--limit', '5', 'a.txt'])).toEqual({ ok: true, file: 'a.txt', limit: 5 })
  expect(argumentsOf(['a.txt', '--limit=5000'])).toEqual({ ok: true, file: 'a.txt', limit: 5000 })
  for (const wrong of [
    [],
    ['a', 'b'],
    ['a', '--limit'],
    ['a', '--limit', '0'],
    ['a', '--limit=1e3'],
    ['a', '--fast'],
  ])
    expect(argumentsOf(wrong)).toMatchObject({ ok: false })
})
