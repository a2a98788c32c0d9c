import { withTransaction } from '@rivulet/db'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endPeriod, periodHoldsWhatIsUndelivered, periodsAreEmpty } from '../../test/closing.ts'
import { openTown, type Town } from '../../test/town.ts'
import { closePeriodStep } from './close-period.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const WEIGHT = { like: 5n, read: 2n, comment: 10n, repost: 10n }
const PEOPLE = 5
const person = fc.nat(PEOPLE - 1)

const towns = fc.record({
  budgets: fc.array(
    fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 40n }), fc.bigInt({ min: 1n, max: 10n ** 12n })),
    {
      minLength: PEOPLE,
      maxLength: PEOPLE,
    },
  ),
  posts: fc.array(
    fc.record({
      author: person,
      splits: fc.option(
        fc.record({
          who: fc.uniqueArray(person, { minLength: 2, maxLength: 3 }),
          first: fc.integer({ min: 1, max: 9_000 }),
        }),
      ),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  acts: fc.uniqueArray(
    fc.record({
      actor: person,
      post: fc.nat(3),
      kind: fc.constantFrom('like' as const, 'read' as const, 'comment' as const, 'repost' as const),
      sharer: fc.option(person),
    }),
    { selector: ({ actor, post, kind }) => `${actor} ${post} ${kind}`, maxLength: 24 },
  ),
  blocked: fc.array(fc.tuple(person, person), { maxLength: 2 }),
  suspended: fc.option(person),
  limit: fc.integer({ min: 1, max: 8 }),
})

/** D'Hondt's method, told otherwise: who has their share rounded down, and each unit more goes to the highest average. */
function dHondt(whole: bigint, weights: bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n)
  const parts = weights.map((weight) => (whole * weight) / sum)
  for (let left = whole - parts.reduce((a, b) => a + b, 0n); left > 0n; left--) {
    let most = 0
    weights.forEach((weight, i) => {
      if (weight * (parts[most]! + 1n) > weights[most]! * (parts[i]! + 1n)) most = i
    })
    parts[most]!++
  }
  return parts
}

test('whatever people did, each budget goes where its own acts say, to the nano', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(towns, async ({ budgets, posts, acts, blocked, suspended, limit }) => {
      const ids = await Promise.all(budgets.map(() => town.member()))
      const splitOf = posts.map(({ author, splits }) =>
        splits
          ? splits.who.map((who, i, all) => ({
              who,
              bps:
                i === 0
                  ? splits.first
                  : all.length === 2
                    ? 10_000 - splits.first
                    : i === 1
                      ? 500
                      : 9_500 - splits.first,
            }))
          : [{ who: author, bps: 10_000 }],
      )
      const postIds: string[] = []
      for (const [i, { author, splits }] of posts.entries()) {
        const id = await town.post(ids[author]!)
        postIds.push(id)
        if (splits)
          await town.pool.query('update posts set split_members = $2, split_bps = $3 where id = $1', [
            id,
            splitOf[i]!.map(({ who }) => ids[who]),
            splitOf[i]!.map(({ bps }) => bps),
          ])
      }
      const real = acts.filter(({ post }) => post < posts.length)
      for (const { actor, post, kind, sharer } of real) {
        await town.like(ids[actor]!, postIds[post]!, true, kind)
        if (sharer !== null)
          await town.pool.query(
            'update interactions set via_id = post_id, sharer_id = $4 where actor_id = $1 and post_id = $2 and kind = $3',
            [ids[actor], postIds[post], kind, ids[sharer]],
          )
      }
      const pairs = blocked.filter(([a, b]) => a !== b)
      for (const [a, b] of pairs)
        await town.pool.query(
          'insert into blocks (blocker_id, blocked_id) values ($1, $2) on conflict do nothing',
          [ids[a], ids[b]],
        )
      if (suspended !== null)
        await town.pool.query('update members set suspended_at = now() where id = $1', [ids[suspended]])
      for (const [i, nano] of budgets.entries()) if (nano > 0n) await town.refill(ids[i]!, 'budget', nano)

      const left = [...budgets]
      const earned = budgets.map(() => 0n)
      for (const [payer, budget] of budgets.entries()) {
        const own = real.filter((act) => act.actor === payer)
        if (own.length === 0) continue
        const shares = dHondt(
          budget,
          own.map((act) => WEIGHT[act.kind]),
        )
        for (const [i, { post, sharer }] of own.entries()) {
          const shared = sharer === null ? 0n : shares[i]! / 10n
          const authors = splitOf[post]!
          const parts = dHondt(
            shares[i]! - shared,
            authors.map(({ bps }) => BigInt(bps)),
          )
          const all = [
            ...authors.map(({ who }, k) => [who, parts[k]!] as const),
            [sharer ?? payer, shared] as const,
          ]
          for (const [who, part] of all) {
            const barred =
              who === payer ||
              who === suspended ||
              pairs.some(([a, b]) => (a === who && b === payer) || (a === payer && b === who))
            if (barred) continue
            left[payer]! -= part
            earned[who]! += part
          }
        }
      }

      const period = await endPeriod(town)
      for (let done = false; !done; ) {
        ;({ done } = await withTransaction(town.pool, (tx) =>
          closePeriodStep(tx, town.rules, period, { limit }),
        ))
        expect(await periodHoldsWhatIsUndelivered(town, period)).toBe(true)
      }
      expect(await periodsAreEmpty(town)).toBe(true)
      const wallets = await Promise.all(ids.map((id) => town.wallet(id)))
      expect(wallets.map((one) => one.budget)).toEqual(left)
      expect(wallets.map((one) => one.pending)).toEqual(earned)
      expect(wallets.map((one) => one.earnedTotal)).toEqual(earned)
      const { rows } = await town.pool.query(
        `select m.id, (select coalesce(sum(gross), 0)::bigint from receipts where receiver_id = m.id) as receipts
         from unnest($1::uuid[]) with ordinality as m (id, place) order by place`,
        [ids],
      )
      expect(rows.map((row) => row.receipts)).toEqual(earned)
    }),
    { numRuns: process.env.LONG ? 500 : 25 },
  )
  expect(await town.lawsHold()).toBe(true)
})
