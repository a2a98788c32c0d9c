import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/*
 * The benchmarks as programs, everything small: that they end, are exact and say what they must. Not how fast.
 */

function quick(bench: string, says = 'fsync on, full_page_writes on, synchronous_commit on') {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, bench, 'main.ts'), '--quick'],
    { encoding: 'utf8' },
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout).toContain(says)
  return { stdout, result: JSON.parse(stdout.trimEnd().split('\n').at(-1)!) }
}

const number = expect.any(Number)

test('bench:ledger', () => {
  const { stdout, result } = quick('ledger')
  expect(stdout).toMatch(/exact: [1-9]\d* posted, all acknowledged, every law holds/)
  expect(result).toMatchObject({ bench: 'ledger', rounds: 1, pass: expect.any(Boolean) })
  expect(result.ratios).toEqual({
    hotBatchVsInsertCeiling: number,
    hotVsUniform: number,
    groupCommitVsCommitCeiling: number,
    groupCommitVsNaive: number,
    groupCommitVsOneCall: number,
  })
  expect(result.figures).toEqual({ groupCommitP99Ms: number })
  for (const value of [...Object.values(result.ratios), ...Object.values(result.figures)])
    expect(value).toBeGreaterThan(0)
})

test('bench:likes', () => {
  const { stdout, result } = quick('likes')
  expect(stdout).toMatch(/exact: [1-9]\d* likes and \d+ of Prisma's, all acknowledged, every law holds/)
  expect(result).toMatchObject({ bench: 'likes', rounds: 1, pass: expect.any(Boolean) })
  // In so short a time Prisma may have answered nobody, and what is divided by it is no number.
  expect(Object.keys(result.ratios)).toEqual([
    'vsPrismaTransaction',
    'vsNoopRoute',
    'zipfVsPrisma',
    'zipfVsNoop',
  ])
  expect(result.figures).toEqual({ p99Ms: number })
})

test('bench:statement', () => {
  const { stdout, result } = quick('statement')
  // Of ten batches of alice's, each has 400 likes, a clearing of two entries and a fee; one has a pledge, of two.
  expect(stdout).toContain('exact: 4032 entries of 6021 transfers lead down to nothing')
  expect(result).toMatchObject({ bench: 'statement', rounds: 1, ratios: {}, pass: expect.any(Boolean) })
  expect(result.figures).toEqual({ entriesP99Ms: number, earningsP99Ms: number })
})

test('bench:feeds', () => {
  const { stdout, result } = quick('feeds')
  expect(stdout).toMatch(/exact: [1-9]\d* pages, each answered 200/)
  expect(result).toMatchObject({ bench: 'feeds', rounds: 1, pass: expect.any(Boolean) })
  expect(result.ratios).toEqual({ p50LargeVsSmall: number })
  expect(result.figures).toEqual({ p99Ms: number, searchP99Ms: number })
})

test('bench:period', () => {
  const { stdout, result } = quick('period')
  expect(stdout).toMatch(/exact: 29\d\d interactions were split, receipts and books agree, every law holds/)
  expect(result).toMatchObject({ bench: 'period', rounds: 1, ratios: {}, pass: expect.any(Boolean) })
  expect(result.figures).toEqual({ seconds: number, peakRssMiB: number, longestLikeWaitMs: number })
})

test('bench:epoch', () => {
  const { stdout, result } = quick('epoch')
  // All but the treasury withdraw: 1,999 in batches of 500.
  expect(stdout).toContain('exact: the file of 2000 leaves and 4 batches leads to the root')
  expect(result).toMatchObject({ bench: 'epoch', rounds: 1, ratios: {}, pass: expect.any(Boolean) })
  expect(result.figures).toEqual({ seconds: number, peakRssMiB: number })
})

test('bench:gas', () => {
  const { result } = quick('gas', 'floor, calculated       7,440')
  expect(result).toMatchObject({ bench: 'gas', rounds: 1, pass: expect.any(Boolean) })
  expect(result.ratios).toEqual({
    existingVsNaive: number,
    existingVsMultiSend: number,
    existingVsFloor: number,
  })
  expect(result.figures).toEqual({ existing: number, fresh: number, commitActivate: number })
})
