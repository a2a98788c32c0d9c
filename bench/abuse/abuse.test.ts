import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { inserted } from './document.ts'
import { exitCodeOf, FULL, playLikes } from './likes.ts'
import { networkOf } from './network.ts'
import { picture } from './picture.ts'
import { equalBudgets, proRata, quadratic } from './rules.ts'
import { likesTable, viewsTable, written } from './tables.ts'
import { playViews } from './views.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const command = (...flags: string[]) =>
  spawnSync(process.execPath, [here('main.ts'), ...flags], { encoding: 'utf8' })

test('in small the command ends with 0, and with 1 when a pool stands in the place of our rules', () => {
  const ours = command('--small')
  expect(ours.stderr).toBe('')
  expect(ours.status).toBe(0)
  const planted = command('--small', '--planted')
  expect(planted.status).toBe(1)
  const rowOf = (output: string, rule: string) =>
    output.split('\n').find((line) => line.startsWith(`| ${rule} |`))
  expect(rowOf(ours.stdout, 'ours without fee')).toBe('| ours without fee | 0 | 0 | 0 | 0 | 0 | 0 |')
  // What the planted pool pays is what the pool by likes does.
  expect(rowOf(planted.stdout, 'ours without fee')).toContain('+')
  expect(command('--quick').status).not.toBe(0)
})

test('a gain of a single nano is one', () => {
  const table = (profit: bigint) => ({
    columns: [],
    rows: [{ rule: 'ours', ours: true, profits: [0n, profit] }],
  })
  expect(exitCodeOf(table(1n))).toBe(1)
  expect(exitCodeOf(table(0n))).toBe(0)
  expect(exitCodeOf(table(-1n))).toBe(0)
  expect([1n, 0n, -1n, 1_234_567_890_000n].map(written)).toEqual(['+0.01', '0', '−0.01', '+1,234.57'])
})

test('the pools, by hand: ten accounts of a ring among a thousand', () => {
  const network = networkOf({ honest: 1_000, ring: 10, own: 0n, strategy: 'all for one', seed: 1 })
  // 1,000 of 21,000 likes; 10 of 1,010 accounts; each of the pot of 1,000.00.
  const isAbout = (profit: bigint, nano: bigint) => profit - nano < 1_000n && nano - profit < 1_000n
  expect(isAbout(proRata(network), 47_619_047_619n)).toBe(true)
  expect(isAbout(equalBudgets(network), 9_900_990_099n)).toBe(true)
  // With all of the pot theirs there is nobody to gain from: what they pay is what they have.
  const alone = networkOf({ honest: 0, ring: 10, own: 10n ** 9n, strategy: 'all for one', seed: 1 })
  expect([proRata, equalBudgets, quadratic].map((rule) => rule(alone))).toEqual([0n, 0n, 0n])
})

test('docs have what the command makes', { timeout: 300_000 }, () => {
  const likes = playLikes(FULL)
  expect(exitCodeOf(likes)).toBe(0)
  const economy = readFileSync(here('../../docs/ECONOMY.md'), 'utf8')
  const tables = { likes: likesTable(likes), views: viewsTable(FULL.rings, playViews(FULL.rings)) }
  expect(inserted(economy, tables)).toBe(economy)
  expect(readFileSync(here('../../docs/abuse.svg'), 'utf8')).toBe(picture(likes))
})
