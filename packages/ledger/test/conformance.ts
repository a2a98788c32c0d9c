import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RESERVE } from '../src/account.ts'
import type { Amount } from '../src/amount.ts'
import type { Ledger } from '../src/ledger.ts'
import { histories, live, oneByOne, Stage } from './histories.ts'
import { statementConformance } from './statement-conformance.ts'
import { Story } from './story.ts'

/** Histories a property lives through: a budget for every run, and a longer one for `LONG=1`. */
export function runs(usual: number, long: number): number {
  return process.env.LONG === '1' ? long : usual
}

/** Milliseconds a property may take. A machine that is busy with other things takes several times as long. */
export const PROPERTY_TIMEOUT = runs(120_000, 1_800_000)

/** What is the same in every book. `ledger` answers the book under test, which may be shared by all stories. */
export function conformance(ledger: () => Ledger, usualRuns: number, longRuns: number): void {
  describe('opening', () => {
    test('alice opens twice and keeps her id; an account starts at nothing', async () => {
      const { ref } = new Story(ledger())
      const [first, again] = [
        await ledger().open([ref('alice')]),
        await ledger().open([ref('bob'), ref('alice')]),
      ]
      expect(again.get(ref('alice'))).toBe(first.get(ref('alice')))
      expect(again.get(ref('bob'))).not.toBe(first.get(ref('alice')))
      expect(await ledger().balances([ref('alice'), ref('nobody')])).toEqual(new Map([[ref('alice'), 0n]]))
    })

    test('naming an account twice in one call opens one', async () => {
      const { ref } = new Story(ledger())
      expect((await ledger().open([ref('alice'), ref('alice')])).size).toBe(1)
    })
  })

  describe('one row', () => {
    test('alice pays bob 60 of her 100', async () => {
      const story = await Story.of(ledger(), { alice: 100, bob: 0 })
      expect(await story.post(['alice', 'bob', 60])).toEqual(['ok'])
      expect(await story.balances()).toEqual({ alice: 40n, bob: 60n })
    })

    test('she cannot pay 101, and can pay exactly 100', async () => {
      const story = await Story.of(ledger(), { alice: 100, bob: 0 })
      expect(await story.post(['alice', 'bob', 101])).toEqual(['insufficient'])
      expect(await story.post(['alice', 'bob', 100])).toEqual(['ok'])
      expect(await story.balances()).toEqual({ alice: 0n, bob: 100n })
    })

    test('the reserve goes below zero by what it gave', async () => {
      const before = (await ledger().balances([RESERVE])).get(RESERVE) ?? 0n
      await Story.of(ledger(), { alice: 7, bob: 5 })
      expect((await ledger().balances([RESERVE])).get(RESERVE)).toBe(before - 12n)
    })

    test('nothing, less than nothing, oneself and a negative leg are invalid', async () => {
      const story = await Story.of(ledger(), { alice: 9, bob: 0 })
      expect(await story.post(['alice', 'bob', 0])).toEqual(['invalid'])
      expect(await story.post(['alice', 'bob', -3])).toEqual(['invalid'])
      expect(await story.post(['alice', 'alice', 1])).toEqual(['invalid'])
      expect(await story.post(['alice', 'bob', 1, { leg: -1 }])).toEqual(['invalid'])
      expect(await story.balances()).toEqual({ alice: 9n, bob: 0n })
    })

    test('accounts that nobody opened are unknown, on either side and on both', async () => {
      const story = await Story.of(ledger(), { alice: 9 })
      expect(await story.post(['alice', 'nobody', 1])).toEqual(['unknown_account'])
      expect(await story.post(['nobody', 'alice', 1])).toEqual(['unknown_account'])
      expect(await story.post(['nobody', 'mallory', 1])).toEqual(['unknown_account'])
      expect(await story.post(['nobody', 'nobody', 1])).toEqual(['invalid'])
    })

    test('an empty batch has no results', async () => {
      expect(await ledger().post([])).toEqual([])
    })

    test('what cannot be written down throws, and its batch leaves no trace', async () => {
      const story = await Story.of(ledger(), { alice: 9, bob: 0 })
      const good = story.row('alice', 'bob', 1)
      for (const bad of [
        { id: 'not-a-uuid' },
        { leg: 0.5 },
        { leg: 40_000 },
        { code: 40_000 },
        { amount: (2n ** 63n) as Amount },
      ]) {
        await expect(ledger().post([good, { ...story.row('alice', 'bob', 1), ...bad }])).rejects.toThrow(
          RangeError,
        )
      }
      expect(await story.balances()).toEqual({ alice: 9n, bob: 0n })
      expect(await ledger().post([good])).toEqual(['ok'])
    })

    test('a balance beyond 64 bits throws instead of wrapping, and its batch leaves no trace', async () => {
      const story = await Story.of(ledger(), { alice: 9, bob: 1 })
      const [small, most] = [story.row('bob', 'alice', 1), story.row(RESERVE, 'alice', 2n ** 63n - 1n)]
      await expect(ledger().post([small, most])).rejects.toThrow()
      expect(await story.balances()).toEqual({ alice: 9n, bob: 1n })
      expect(await ledger().post([small])).toEqual(['ok'])
    })
  })

  describe('the same id again', () => {
    test('with the same body it exists, in a later batch and in the same one, and moves nothing', async () => {
      const story = await Story.of(ledger(), { alice: 10, bob: 0 })
      const like = story.row('alice', 'bob', 4)
      expect(await ledger().post([like, like])).toEqual(['ok', 'exists'])
      expect(await ledger().post([like])).toEqual(['exists'])
      expect(await ledger().post([{ ...like, id: like.id.toUpperCase() }])).toEqual(['exists'])
      expect(await story.balances()).toEqual({ alice: 6n, bob: 4n })
    })

    test('with any other body it is a conflict, in a later batch and in the same one', async () => {
      const story = await Story.of(ledger(), { alice: 10, bob: 10, carol: 10 })
      const like = story.row('alice', 'bob', 4)
      const others = [
        { ...like, debit: story.ref('carol') },
        { ...like, credit: story.ref('carol') },
        { ...like, amount: 5n as Amount },
        { ...like, code: 99 },
      ]
      expect(await ledger().post([like, ...others])).toEqual([
        'ok',
        'conflict',
        'conflict',
        'conflict',
        'conflict',
      ])
      expect(await ledger().post(others)).toEqual(['conflict', 'conflict', 'conflict', 'conflict'])
      expect(await story.balances()).toEqual({ alice: 6n, bob: 14n, carol: 10n })
    })

    test('when the first was refused, the next is judged afresh, whatever its body', async () => {
      const story = await Story.of(ledger(), { alice: 10, bob: 0 })
      const dear = story.row('alice', 'bob', 11)
      const cheap = { ...dear, amount: 2n as Amount }
      expect(await ledger().post([dear, cheap, dear, cheap])).toEqual([
        'insufficient',
        'ok',
        'conflict',
        'exists',
      ])
      expect(await story.balances()).toEqual({ alice: 8n, bob: 2n })
    })

    test('invalid is found before conflict, conflict before unknown, unknown before insufficient', async () => {
      const story = await Story.of(ledger(), { alice: 10, bob: 0 })
      const like = story.row('alice', 'bob', 4)
      expect(await ledger().post([like])).toEqual(['ok'])
      expect(await ledger().post([{ ...like, amount: 0n as Amount }])).toEqual(['invalid'])
      expect(await ledger().post([{ ...like, credit: story.ref('nobody') }])).toEqual(['conflict'])
      expect(await ledger().post([{ ...like, amount: 400n as Amount }])).toEqual(['conflict'])
      expect(await story.post(['alice', 'nobody', 400])).toEqual(['unknown_account'])
    })
  })

  describe('a batch', () => {
    test('money that arrives in it can be spent in it, and not before it arrived', async () => {
      const story = await Story.of(ledger(), { alice: 5, bob: 0, carol: 0 })
      const [toBob, toCarol] = [story.row('alice', 'bob', 5), story.row('bob', 'carol', 5)]
      expect(await ledger().post([toCarol, toBob])).toEqual(['insufficient', 'ok'])
      expect(await ledger().post([toBob, toCarol])).toEqual(['exists', 'ok'])
      expect(await story.balances()).toEqual({ alice: 0n, bob: 0n, carol: 5n })
    })

    test('of three payments of 4 from 10, the first two are made and the smaller fourth fits again', async () => {
      const story = await Story.of(ledger(), { alice: 10, bob: 0 })
      expect(
        await story.post(['alice', 'bob', 4], ['alice', 'bob', 4], ['alice', 'bob', 4], ['alice', 'bob', 2]),
      ).toEqual(['ok', 'ok', 'insufficient', 'ok'])
      expect(await story.balances()).toEqual({ alice: 0n, bob: 10n })
    })

    test('one bad row leaves its neighbours alone', async () => {
      const story = await Story.of(ledger(), { alice: 10, bob: 0 })
      expect(
        await story.post(
          ['alice', 'bob', 1],
          ['alice', 'nobody', 1],
          ['alice', 'bob', 0],
          ['alice', 'bob', 2],
        ),
      ).toEqual(['ok', 'unknown_account', 'invalid', 'ok'])
      expect(await story.balances()).toEqual({ alice: 7n, bob: 3n })
    })
  })

  describe('linked rows', () => {
    test('a tip with a fee is paid whole or not at all', async () => {
      const story = await Story.of(ledger(), { alice: 10, bob: 0, carol: 0 })
      const tip = (amount: number, fee: number) =>
        story.unit([0, 'alice', 'bob', amount], [1, 'alice', 'carol', fee])
      expect(await ledger().post(tip(9, 2))).toEqual(['linked_failed', 'insufficient'])
      expect(await story.balances()).toEqual({ alice: 10n, bob: 0n, carol: 0n })
      expect(await ledger().post(tip(9, 1))).toEqual(['ok', 'ok'])
      expect(await story.balances()).toEqual({ alice: 0n, bob: 9n, carol: 1n })
    })

    test('a later leg spends what an earlier one brought', async () => {
      const story = await Story.of(ledger(), { alice: 6, bob: 0, carol: 0 })
      expect(await ledger().post(story.unit([0, 'alice', 'bob', 6], [3, 'bob', 'carol', 6]))).toEqual([
        'ok',
        'ok',
      ])
      expect(await story.balances()).toEqual({ alice: 0n, bob: 0n, carol: 6n })
    })

    test('judging stops at the first failure: it has its own code, the rest is linked_failed', async () => {
      const story = await Story.of(ledger(), { alice: 10, bob: 0 })
      const unit = story.unit(
        [0, 'alice', 'bob', 1],
        [1, 'alice', 'nobody', 1],
        [2, 'alice', 'bob', 0],
        [3, 'alice', 'bob', 1],
      )
      expect(await ledger().post(unit)).toEqual([
        'linked_failed',
        'unknown_account',
        'linked_failed',
        'linked_failed',
      ])
      expect(await story.balances()).toEqual({ alice: 10n, bob: 0n })
    })

    test('legs that exist stay so, whether the unit goes through or fails', async () => {
      const story = await Story.of(ledger(), { alice: 10, bob: 0 })
      const [first, second, dear] = story.unit(
        [0, 'alice', 'bob', 1],
        [1, 'alice', 'bob', 2],
        [2, 'alice', 'bob', 90],
      )
      expect(await ledger().post([first!])).toEqual(['ok'])
      expect(await ledger().post([first!, second!, dear!])).toEqual([
        'exists',
        'linked_failed',
        'insufficient',
      ])
      expect(await ledger().post([first!, second!])).toEqual(['exists', 'ok'])
      expect(await story.balances()).toEqual({ alice: 7n, bob: 3n })
    })

    test('a unit that failed gives back money and ids to the rows after it', async () => {
      const story = await Story.of(ledger(), { alice: 10, bob: 0, carol: 0 })
      const [first, dear] = story.unit([0, 'alice', 'bob', 8], [1, 'alice', 'bob', 8])
      const other = { ...first!, credit: story.ref('carol') }
      expect(await ledger().post([first!, dear!, other, first!])).toEqual([
        'linked_failed',
        'insufficient',
        'ok',
        'conflict',
      ])
      expect(await story.balances()).toEqual({ alice: 2n, bob: 0n, carol: 8n })
    })

    test('only neighbours with rising legs are linked', async () => {
      const story = await Story.of(ledger(), { alice: 10, bob: 0 })
      const [low, high] = story.unit([0, 'alice', 'bob', 90], [1, 'alice', 'bob', 1])
      expect(await ledger().post([high!, low!])).toEqual(['ok', 'insufficient'])
      const [apart, dear] = story.unit([0, 'alice', 'bob', 2], [1, 'alice', 'bob', 90])
      expect(await ledger().post([apart!, story.row('alice', 'bob', 3), dear!])).toEqual([
        'ok',
        'ok',
        'insufficient',
      ])
      expect(await story.balances()).toEqual({ alice: 4n, bob: 6n })
    })
  })

  statementConformance(ledger)

  test(
    'whatever the history, a batch answers as its units one after another',
    async () => {
      await fc.assert(
        fc.asyncProperty(histories(), async (history) => {
          const [whole, parts] = [new Stage(), new Stage()]
          await whole.open(ledger())
          await parts.open(ledger())
          expect(await live(ledger(), whole, history)).toEqual(await live(ledger(), parts, oneByOne(history)))
          expect(await whole.balances(ledger())).toEqual(await parts.balances(ledger()))
        }),
        { numRuns: runs(usualRuns, longRuns) },
      )
    },
    PROPERTY_TIMEOUT,
  )
}
