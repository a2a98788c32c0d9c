import fc from 'fast-check'
import { expect, test } from 'vitest'
import { conformance, PROPERTY_TIMEOUT, runs } from '../test/conformance.ts'
import { type History, histories, PEOPLE, Stage } from '../test/histories.ts'
import { foretell, heldBy, type Standing } from '../test/oracle.ts'
import { Tally } from '../test/tally.ts'
import { RESERVE } from './account.ts'
import { MemoryLedger } from './memory-ledger.ts'
import type { PostResult } from './transfer.ts'

const shared = new MemoryLedger()
conformance(() => shared, 500, 20_000)

/** Lives through a history beside the oracle, and checks the laws at its end by hand. */
async function liveBesideTheOracle(history: History): Promise<PostResult[]> {
  const [ledger, stage] = [new MemoryLedger(), new Stage()]
  await stage.open(ledger)
  const people = PEOPLE.map((name) => stage.ref(name))
  const open = new Set([RESERVE, ...people])
  const results: PostResult[] = []
  let standing: Standing = []
  for (const batch of history) {
    const rows = stage.transfers(batch)
    const foretold = foretell(rows, standing, open)
    const answers = await ledger.post(rows)
    // An expectation each would cost more than all the rest of it.
    if (answers.join() !== foretold.answers.join()) expect(answers).toEqual(foretold.answers)
    results.push(...answers)
    standing = foretold.standing
  }

  const balances = await ledger.balances([...open])
  const sum = [...balances.values()].reduce((all, one) => all + one)
  const keys = new Set(standing.map(({ id, leg }) => `${id}/${leg}`))
  const again = await ledger.post(standing.toReversed())
  expect({
    differing: [...open].filter((ref) => balances.get(ref) !== heldBy(ref, standing)),
    owing: people.filter((ref) => balances.get(ref)! < 0n),
    sum,
    postedTwice: standing.length - keys.size,
    // Sent once more in whatever pieces, each row that stands is there.
    notThere: again.filter((answer) => answer !== 'exists'),
  }).toEqual({ differing: [], owing: [], sum: 0n, postedTwice: 0, notThere: [] })
  return results
}

test(
  'whatever the history, the book answers row by row what the oracle foretells, and money is neither made nor lost',
  async () => {
    const tally = new Tally()
    await fc.assert(
      fc.asyncProperty(histories(), async (history) => {
        tally.add(history, await liveBesideTheOracle(history))
      }),
      { numRuns: runs(3_000, 200_000) },
    )
    tally.report('the model beside the oracle')
    expect(tally.operations).toBe(tally.histories * 40)
  },
  PROPERTY_TIMEOUT,
)

test(
  'so it is in histories ten times as long',
  async () => {
    const tally = new Tally()
    await fc.assert(
      fc.asyncProperty(histories(400), async (history) => {
        tally.add(history, await liveBesideTheOracle(history))
      }),
      { numRuns: runs(30, 1_000) },
    )
    tally.report('long histories beside the oracle')
  },
  PROPERTY_TIMEOUT,
)
