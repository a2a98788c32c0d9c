import fc from 'fast-check'
import { expect, test } from 'vitest'
import { conformance, PROPERTY_TIMEOUT, runs } from '../test/conformance.ts'
import { histories, live, PEOPLE, Stage } from '../test/histories.ts'
import { RESERVE } from './account.ts'
import { MemoryLedger } from './memory-ledger.ts'

const shared = new MemoryLedger()
conformance(() => shared, 1_000, 20_000)

test(
  'whatever the history, money is neither made nor lost, nobody owes, and nothing is posted twice',
  async () => {
    await fc.assert(
      fc.asyncProperty(histories(), async (history) => {
        const [ledger, stage] = [new MemoryLedger(), new Stage()]
        await stage.open(ledger)
        const rows = history.flatMap((batch) => stage.transfers(batch))
        const results = await live(ledger, stage, history)

        // An independent book: whatever was answered ok, added up in the plainest way.
        const sums = new Map<string, bigint>(
          [RESERVE, ...PEOPLE.map((name) => stage.ref(name))].map((ref) => [ref, 0n]),
        )
        const posted = rows.filter((_, index) => results[index] === 'ok')
        for (const { debit, credit, amount } of posted) {
          sums.set(debit, sums.get(debit)! - amount)
          sums.set(credit, sums.get(credit)! + amount)
          for (const [ref, balance] of sums) expect(ref === RESERVE || balance >= 0n).toBe(true)
        }
        expect(await ledger.balances([...sums.keys()])).toEqual(sums)
        expect(new Set(posted.map(({ id, leg }) => `${id}/${leg}`)).size).toBe(posted.length)

        // Sent once more in whatever pieces, each row that was posted is there.
        expect(new Set(await ledger.post(posted.toReversed()))).toEqual(
          new Set(posted.length > 0 ? ['exists'] : []),
        )
      }),
      { numRuns: runs(1_000, 50_000) },
    )
  },
  PROPERTY_TIMEOUT,
)
