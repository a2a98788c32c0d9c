import { withTransaction } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'
import type { InteractionKind } from '../interactions/rules.ts'
import { tip } from '../tips/tip.ts'
import { earnings } from './earnings.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const POSTS = [0, 1, 2, 0] // by whom each is

const wish = fc.record({
  actor: fc.nat(2),
  post: fc.nat(3),
  kind: fc.constantFrom<InteractionKind>('like', 'comment'),
  on: fc.boolean(),
})
const gift = fc.record({
  payer: fc.nat(2),
  to: fc.oneof(fc.record({ post: fc.nat(3) }), fc.record({ member: fc.nat(2) })),
  nano: fc.integer({ min: 1, max: 400_000_000 }),
})
const day = { from: new Date(Date.now() - 86_400_000), to: new Date(Date.now() + 86_400_000) }

test('whatever is liked, taken back, commented and tipped, the chart is what the answers said', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          wishes: fc.array(wish, { maxLength: 20 }),
          gifts: fc.array(gift, { maxLength: 5 }),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      async (batches) => {
        const people = await Promise.all(
          ['0', '0.003', '0.02'].map((pledges) => town.member({ has: '1', pledges })),
        )
        const posts = await Promise.all(POSTS.map((author) => town.post(people[author] as string)))
        // Of each interaction the credit that its last answer said stands; of each tip what arrived.
        const standing = new Map<string, { earner: number; stream: string; amount: bigint }>()
        for (const [n, { wishes, gifts }] of batches.entries()) {
          const acted = await town.act(
            ...wishes.map((w) => ({
              actorId: people[w.actor] as string,
              postId: posts[w.post] as string,
              kind: w.kind,
              on: w.on,
            })),
          )
          for (const [i, { actor, post, kind }] of wishes.entries()) {
            const answer = acted[i]
            if (answer?.ok)
              standing.set(`${actor} ${post} ${kind}`, {
                earner: POSTS[post] as number,
                stream: kind,
                amount: answer.credited,
              })
          }
          const tipped = await withTransaction(town.pool, (tx) =>
            tip(
              tx,
              town.rules,
              gifts.map(({ payer, to, nano }) => ({
                payerId: people[payer] as string,
                to:
                  'post' in to
                    ? { postId: posts[to.post] as string }
                    : { memberId: people[to.member] as string },
                amount: amountOf(BigInt(nano)),
              })),
            ),
          )
          for (const [i, answer] of tipped.entries())
            for (const { memberId, amount } of answer.ok ? answer.tip.parts : [])
              standing.set(`tip ${n} ${i}`, { earner: people.indexOf(memberId), stream: 'tip', amount })
        }
        for (const [who, id] of people.entries()) {
          const sums: Record<string, bigint> = {}
          for (const { earner, stream, amount } of standing.values())
            if (earner === who && amount > 0n) sums[stream] = (sums[stream] ?? 0n) + amount
          const total = Object.values(sums).reduce((a, b) => a + b, 0n)
          for (const bucket of ['hour', 'day'] as const) {
            const chart = await earnings(town.pool, id, { bucket, ...day })
            if (!chart.ok) throw new Error(chart.code)
            const shown = chart.series.map(({ stream, values }) => [
              stream,
              values.reduce((a, b) => a + b, 0n),
            ])
            // A like of one hour taken back in the next shows as two values that are nothing together.
            expect(Object.fromEntries(shown.filter(([, sum]) => sum !== 0n))).toEqual(sums)
            expect(chart.total).toBe(total)
          }
          expect((await town.wallet(id)).earnedTotal).toBe(total)
        }
      },
    ),
    { numRuns: process.env.LONG ? 400 : 25 },
  )
  expect(await town.earningsAddUp()).toBe(true)
  expect(await town.lawsHold()).toBe(true)
})
