import { RunAgain, withTransaction } from '@rivulet/db'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTown, type Town } from '../../test/town.ts'
import type { ActResult } from './act.ts'
import { firstLikes } from './first-likes.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

type Like = { actorId: string; postId: string }

const like = (...likes: Like[]) => withTransaction(town.pool, (tx) => firstLikes(tx, town.rules, likes))

/** What was written for likes of a post, without what is drawn: ids and moments. */
async function written(postId: string) {
  const { rows } = await town.pool.query(
    `select i.actor_id, i.active, i.credited, i.unfunded, i.reversals, i.period, i.via_id, i.sharer_id, r.leg, r.receiver_id, r.role, r.stream,
       r.closing, r.source, r.gross,
       r.period as receipt_period, r.hold, r.clears_at, r.rule_version, t.amount, t.code
     from interactions i left join receipts r on r.interaction_id = i.id left join ledger.transfer t on t.id = r.id
     where i.post_id = $1 and i.kind = 'like' order by i.actor_id`,
    [postId],
  )
  const post = await town.pool.query('select likes_count, reposts_count, earned from posts where id = $1', [
    postId,
  ])
  return { rows, post: post.rows[0] }
}

test('bob is liked by alice from her budget, by carol from her pledge, by dave who has nothing', async () => {
  const [bob, alice, carol, dave] = [
    await town.member(),
    await town.member({ has: '1', pledges: '0.5' }),
    await town.member({ has: '1', pledges: '0.5' }),
    await town.member({ has: '1' }),
  ]
  await town.budget(alice, '0.0005')
  const postId = await town.post(bob)
  const credited = {
    ...{ ok: true, id: expect.any(String), on: true, likes: 3, reposts: 0 },
    ...{ credited: 500_000n, unfunded: false },
  }
  expect(await like(...[alice, carol, dave].map((actorId) => ({ actorId, postId })))).toEqual([
    credited,
    credited,
    { ...credited, credited: 0n, unfunded: true },
  ])
  expect(await town.wallet(alice)).toMatchObject({ budget: 0n, pledge: 500_000_000n })
  expect(await town.wallet(carol)).toMatchObject({ budget: 0n, pledge: 499_500_000n })
  expect(await town.wallet(bob)).toMatchObject({ pending: 1_000_000n, earnedTotal: 1_000_000n })
  expect(await town.lawsHold()).toBe(true)
  expect(await town.earningsAddUp()).toBe(true)
})

test('a post of one’s own is liked for nothing; the same like three times over is one', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  const [own, other] = [await town.post(alice), await town.post(bob)]
  const [first, ...rest] = [other, own, other, other].map((postId) => ({ actorId: alice, postId }))
  const answers = await like(first!, ...rest)
  expect(answers[1]).toMatchObject({ ok: true, on: true, likes: 1, credited: 0n, unfunded: false })
  expect(new Set([answers[0], answers[2], answers[3]]).size).toBe(1)
  expect(answers[0]).toMatchObject({ ok: true, on: true, likes: 1, credited: 500_000n, unfunded: false })
  expect(await town.wallet(alice)).toMatchObject({ pledge: 999_500_000n })
})

test('what was liked before, is deleted or never was, is left to the general way, and its neighbours are liked', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  const [liked, unliked, gone, fresh] = [
    await town.post(bob),
    await town.post(bob),
    await town.post(bob),
    await town.post(bob),
  ]
  await town.like(alice, liked)
  await town.like(alice, unliked)
  await town.like(alice, unliked, false)
  await town.pool.query('update posts set deleted_at = now() where id = $1', [gone])
  const nowhere = '01990000-0000-7000-8000-000000000000'
  const answers = await like(
    ...[liked, unliked, gone, nowhere, fresh].map((postId) => ({ actorId: alice, postId })),
  )
  expect(answers.map((answer) => answer?.ok)).toEqual([undefined, undefined, undefined, undefined, true])
  expect(await town.wallet(bob)).toMatchObject({ pending: 1_000_000n })
})

test('where the funds do not suffice for all of them nothing is done, and it is to be run the general way', async () => {
  const alice = await town.member({ has: '1', pledges: '0.0005' })
  const bob = await town.member()
  const [one, two] = [await town.post(bob), await town.post(bob)]
  const likes = [one, two].map((postId) => ({ actorId: alice, postId }))
  await expect(like(...likes)).rejects.toThrow(RunAgain)
  expect((await written(one)).rows).toEqual([])
  expect(await town.wallet(alice)).toMatchObject({ pledge: 500_000n })
})

test('fifty first likes of one post by one member in fifty transactions credit once', async () => {
  const alice = await town.member({ has: '1', pledges: '1' })
  const bob = await town.member()
  const postId = await town.post(bob)
  const answers = await Promise.allSettled(Array.from({ length: 50 }, () => like({ actorId: alice, postId })))
  for (const answer of answers)
    expect(answer.status === 'fulfilled' || answer.reason instanceof RunAgain).toBe(true)
  expect(answers.filter((a) => a.status === 'fulfilled' && a.value[0]?.ok)).toHaveLength(1)
  expect(await town.wallet(bob)).toMatchObject({ pending: 500_000n })
})

/** An answer without the id, which is drawn. */
const drawn = (answer: ActResult | undefined) => ({ ...answer, id: undefined })

const crowd = fc.array(
  fc.record({
    budget: fc.constantFrom('0', '0.0004', '0.0005', '0.001'),
    pledge: fc.constantFrom('0', '0.0004', '0.0005', '0.001'),
    isAuthor: fc.boolean(),
    old: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
)

test('it answers, and writes, what the general way answers and writes', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(crowd, fc.boolean(), async (people, authorIsOld) => {
      const author = await town.member()
      const ids: string[] = []
      for (const { budget, pledge, isAuthor } of people) {
        const id = isAuthor ? author : await town.member({ has: '1', pledges: pledge })
        if (budget !== '0') await town.budget(id, budget)
        ids.push(id)
      }
      const actors = [...new Set(ids)]
      const old = [...actors.filter((_, i) => people[i]!.old), ...(authorIsOld ? [author] : [])]
      const made = await town.pool.query(
        `update members set created_at = now() - interval '1 year' where id = any($1::uuid[])`,
        [old],
      )
      expect(made.rowCount).toBe(new Set(old).size)
      const [here, there] = [await town.post(author), await town.post(author)]
      const before = await Promise.all(actors.map(town.wallet))
      const answers = await like(...actors.map((actorId) => ({ actorId, postId: here })))
      const after = await Promise.all(actors.map(town.wallet))
      // Everybody gets back what they spent, so that the same likes find the same funds.
      for (const [i, id] of actors.entries())
        for (const account of ['budget', 'pledge'] as const)
          if (after[i]![account] < before[i]![account]) await town.refill(id, account, 500_000n)
      const judged = await town.act(
        ...actors.map((actorId) => ({ actorId, postId: there, kind: 'like' as const, on: true })),
      )
      expect(answers.map(drawn)).toEqual(judged.map(drawn))
      expect(await written(here)).toEqual(await written(there))
    }),
    { numRuns: 40 },
  )
  expect(await town.lawsHold()).toBe(true)
  expect(await town.earningsAddUp()).toBe(true)
})
