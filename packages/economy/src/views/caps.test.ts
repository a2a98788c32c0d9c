import { readFileSync } from 'node:fs'
import { formatAmount } from '@rivulet/ledger'
import { expect, test } from 'vitest'
import { money } from '../../test/town.ts'
import { rulesFrom } from '../rules.ts'
import { mostTakenADay } from './caps.ts'

test('one account, one campaign, a cent a view: five views, of which 85.5 % arrive', () => {
  expect(mostTakenADay(rulesFrom({}), { price: money('0.01'), accounts: 1, campaigns: 1 })).toEqual({
    ...{ views: 5n, cost: 50_000_000n, kept: 42_750_000n, deposits: 5_000_000_000n },
  })
})

test('docs/ECONOMY.md prints what the caps as shipped leave to an attacker', () => {
  const docs = readFileSync(new URL('../../../../docs/ECONOMY.md', import.meta.url), 'utf8')
  for (const [accounts, campaigns] of [
    [1, 1],
    [1, 40],
    [10, 1],
    [10, 40],
    [100, 40],
    [1_000, 40],
  ] as const) {
    const { views, cost, kept, deposits } = mostTakenADay(rulesFrom({}), {
      ...{ price: money('0.01'), accounts, campaigns },
    })
    const cells = [accounts, campaigns, views, ...[cost, kept, deposits].map(formatAmount)]
    expect(docs).toContain(`| ${cells.join(' | ')} |`)
  }
})
