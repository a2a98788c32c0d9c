import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'
import type { InteractionKind } from './rules.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

type Wish = { actor: number; post: number; kind: InteractionKind; on: boolean }

/** What should happen, told by one wish after another; shares nothing with the code but the numbers of the rules. */
class Model {
  pledge: bigint[]
  pending: bigint[]
  rows = new Map<string, { on: boolean; credited: bigint; unfunded: boolean; reversals: number }>()
  readonly authors: number[]

  constructor(pledges: bigint[], authors: number[]) {
    this.pledge = [...pledges]
    this.pending = pledges.map(() => 0n)
    this.authors = authors
  }

  wish({ actor, post, kind, on }: Wish) {
    const author = this.authors[post] as number
    const rate = kind === 'like' ? 500_000n : 1_000_000n
    const key = `${actor}.${post}.${kind}`
    const row = this.rows.get(key) ?? { on: false, credited: 0n, unfunded: false, reversals: 0 }
    if (row.on === on) return row
    row.on = on
    row.unfunded = false
    if (on) {
      this.rows.set(key, row)
      if (author === actor || row.reversals === 3) return row
      if ((this.pledge[actor] as bigint) >= rate) {
        this.pledge[actor]! -= rate
        this.pending[author]! += rate
        row.credited = rate
      } else row.unfunded = true
    } else if (row.credited > 0n) {
      this.pledge[actor]! += row.credited
      this.pending[author]! -= row.credited
      row.credited = 0n
      row.reversals++
    }
    return row
  }
}

const wish = fc.record({
  actor: fc.nat(2),
  post: fc.nat(3),
  kind: fc.constantFrom<InteractionKind>('like', 'comment'),
  on: fc.boolean(),
})

test('batches of any wishes answer, and move money, as the wishes would one after another', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(wish, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 5 }),
      fc.tuple(fc.nat(6), fc.nat(6), fc.nat(6)),
      async (batches, halfMillis) => {
        const pledges = halfMillis.map((n) => BigInt(n) * 500_000n)
        const members = await Promise.all(
          halfMillis.map((n) =>
            town.member({ has: '1', pledges: n === 0 ? '0' : `0.00${String(n * 5).padStart(2, '0')}` }),
          ),
        )
        const authors = [0, 1, 2, 0]
        const posts = await Promise.all(authors.map((a) => town.post(members[a] as string)))
        const model = new Model(pledges, authors)
        for (const batch of batches) {
          const results = await town.act(
            ...batch.map((w) => ({
              ...w,
              actorId: members[w.actor] as string,
              postId: posts[w.post] as string,
            })),
          )
          // Compared by what ends a batch: answers within one carry the post's final likes.
          batch.forEach((w, i) => {
            const { on, credited, unfunded } = model.wish(w)
            expect(results[i]).toMatchObject({ ok: true, on, credited, unfunded })
          })
        }
        for (const [i, id] of members.entries())
          expect(await town.wallet(id)).toMatchObject({ pledge: model.pledge[i], pending: model.pending[i] })
      },
    ),
    { numRuns: process.env.LONG ? 400 : 25 },
  )
  expect(await town.lawsHold()).toBe(true)
})
