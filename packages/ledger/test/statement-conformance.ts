import { describe, expect, test } from 'vitest'
import type { Ledger } from '../src/ledger.ts'
import { decodeCursor, encodeCursor, type StatementCursor, type StatementEntry } from '../src/statement.ts'
import { Story } from './story.ts'

/** What is the same in every book's statement. */
export function statementConformance(ledger: () => Ledger): void {
  describe('statement', () => {
    test('alice reads what came and went, newest first, with what she held after each', async () => {
      const story = await Story.of(ledger(), { alice: 100, bob: 0 })
      await story.post(['alice', 'bob', 30, { code: 7 }], ['bob', 'alice', 5, { code: 8 }])
      const { entries, next } = await ledger().statement({ accounts: [story.ref('alice')], limit: 10 })
      expect(
        entries.map(({ amount, balanceAfter, side, code }) => [amount, balanceAfter, side, code]),
      ).toEqual([
        [5n, 75n, 'credit', 8],
        [-30n, 70n, 'debit', 7],
        [100n, 100n, 'credit', 1],
      ])
      expect(entries.map((entry) => entry.counterpartRef)).toEqual([
        story.ref('bob'),
        story.ref('bob'),
        'chain:reserve',
      ])
      expect(entries[0]!.postedAt).toBeInstanceOf(Date)
      expect(next).toBeUndefined()
    })

    test('a move between two accounts of one owner is an entry on each', async () => {
      const story = await Story.of(ledger(), { available: 10, pledge: 0 })
      await story.post(['available', 'pledge', 4])
      const accounts = [story.ref('available'), story.ref('pledge')]
      const { entries } = await ledger().statement({ accounts, limit: 10 })
      expect(
        entries.map(({ accountRef, amount, balanceAfter }) => [accountRef, amount, balanceAfter]),
      ).toEqual([
        [story.ref('available'), -4n, 6n],
        [story.ref('pledge'), 4n, 4n],
        [story.ref('available'), 10n, 10n],
      ])
      expect(entries[0]!.transferId).toBe(entries[1]!.transferId)
    })

    test.each([1, 2, 3, 7])('pages of %i, end to end, are the one long page', async (limit) => {
      const story = await busy(ledger())
      const accounts = ['alice', 'bob', 'quiet', 'nobody'].map(story.ref)
      const long = await ledger().statement({ accounts, limit: 1000 })
      expect(long.entries).toHaveLength(23)
      const short = await walk(ledger(), accounts, limit)
      expect(short.entries).toEqual(long.entries)
      expect(short.pages).toBe(Math.ceil(23 / limit))
    })

    test('balances in a statement are the sums of the amounts from the beginning', async () => {
      const story = await busy(ledger())
      const { entries } = await walk(ledger(), ['alice', 'bob'].map(story.ref), 4)
      const held = new Map<string, bigint>()
      for (const { accountRef, amount, balanceAfter } of entries.toReversed()) {
        held.set(accountRef, (held.get(accountRef) ?? 0n) + amount)
        expect(balanceAfter).toBe(held.get(accountRef))
      }
    })

    test('what is posted while bob turns the pages changes nothing on them', async () => {
      const story = await busy(ledger())
      const accounts = ['bob', 'alice', 'quiet'].map(story.ref)
      const still = await walk(ledger(), accounts, 3)
      const moving = await walk(ledger(), accounts, 3, async () => {
        await story.post(['alice', 'bob', 1], ['carol', 'alice', 1])
      })
      expect(moving.entries.slice(3)).toEqual(still.entries.slice(3))
    })

    test('a cursor survives being written down', async () => {
      const story = await busy(ledger())
      const accounts = ['alice', 'bob'].map(story.ref)
      const { next } = await ledger().statement({ accounts, limit: 3 })
      const text = encodeCursor(next!, accounts)
      expect(text).toMatch(/^[\w-]+$/)
      expect(decodeCursor(text, accounts)).toEqual(next)
    })

    test('a page of nothing, and a cursor of other accounts, throw', async () => {
      const story = await busy(ledger())
      const { next } = await ledger().statement({ accounts: [story.ref('alice')], limit: 3 })
      await expect(
        ledger().statement({ accounts: [story.ref('bob')], limit: 3, cursor: next }),
      ).rejects.toThrow(RangeError)
      await expect(ledger().statement({ accounts: [story.ref('bob')], limit: 0 })).rejects.toThrow(RangeError)
    })
  })
}

/** Alice has 14 entries, bob 9: both got money, then paid each other and carol in turn. */
async function busy(ledger: Ledger): Promise<Story> {
  const story = await Story.of(ledger, { alice: 100, bob: 50, carol: 50, quiet: 0 })
  for (let round = 1; round <= 4; round++) {
    await story.post(['alice', 'bob', round], ['carol', 'alice', 2 * round])
    await story.post(['bob', 'alice', 3 * round])
  }
  await story.post(['alice', 'carol', 11])
  return story
}

async function walk(ledger: Ledger, accounts: string[], limit: number, between = async () => {}) {
  const entries: StatementEntry[] = []
  let cursor: StatementCursor | undefined
  let pages = 0
  do {
    const page = await ledger.statement({ accounts, limit, cursor })
    entries.push(...page.entries)
    cursor = page.next
    pages += 1
    await between()
  } while (cursor)
  return { entries, pages }
}
