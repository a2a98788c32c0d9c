import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const PERIOD = 7n

/** What a period's close leaves behind: a closing credit of one interaction, out of the payer's budget. */
async function closed(interactionId: string, payerId: string, shares: [receiverId: string, nano: bigint][]) {
  const out = newId()
  await withTransaction(town.pool, async (tx) => {
    const total = shares.reduce((sum, [, nano]) => sum + nano, 0n)
    await ledgerOf(tx).open([`period:${PERIOD}`])
    const moves = shares.map(([receiverId, nano]) => ({ id: newId(), receiverId, nano }))
    const answers = await ledgerOf(tx).post([
      {
        ...{ id: out, leg: 0, debit: `member:${payerId}:budget`, credit: `period:${PERIOD}` },
        ...{ amount: amountOf(total), code: 2 },
      },
      ...moves.map(({ id, receiverId, nano }) => ({
        ...{ id, leg: 0, debit: `period:${PERIOD}`, credit: `member:${receiverId}:pending` },
        ...{ amount: amountOf(nano), code: 2 },
      })),
    ])
    expect(new Set(answers)).toEqual(new Set(['ok']))
    for (const [leg, { id, receiverId, nano }] of moves.entries()) {
      await tx.query(
        `insert into receipts (id, leg, interaction_id, payer_id, receiver_id, post_id, kind, role, stream, source, closing,
           gross, period, hold, clears_at, rule_version, weight, total_weight, posting_id)
         select $1, $2, i.id, i.actor_id, $3, i.post_id, 'like', 'author', 2, 'budget', true, $4, $5, 'normal',
           now() + interval '1 day', 1, 5, 5, $6 from interactions i where i.id = $7`,
        [out, 40 + leg, receiverId, nano, PERIOD, id, interactionId],
      )
      await tx.query(
        `insert into earnings (member_id, stream, day, total, hours)
         select $1::uuid, 2, (now() at time zone 'UTC')::date, $2::bigint, array[$2::bigint] || array_fill(0::bigint, array[23])
         on conflict (member_id, stream, day) do update
         set total = earnings.total + $2, hours[1] = earnings.hours[1] + $2`,
        [receiverId, nano],
      )
      await tx.query(
        'update posts set earned = earned + $1 where id = (select post_id from interactions where id = $2)',
        [nano, interactionId],
      )
    }
  })
}

test('an unlike takes back the instant credit and the closing one, each where it came from', async () => {
  const [alice, bob, erin] = [
    await town.member({ has: '1', pledges: '1' }),
    await town.member(),
    await town.member(),
  ]
  const splits = [bob, erin].map((memberId) => ({ memberId, bps: 5_000 }))
  const post = await town.post(bob, { splits })
  const like = await town.like(alice, post)
  await town.budget(alice, '0.1')
  const id = like.ok ? like.id! : ''
  await closed(id, alice, [
    [bob, money('0.06')],
    [erin, money('0.04')],
  ])
  expect(await town.wallet(alice)).toMatchObject({ budget: 0n, pledge: 999_500_000n })
  expect((await town.wallet(bob)).pending).toBe(60_250_000n)
  // A closing credit is no part of what the like says it credited.
  expect(await town.like(alice, post)).toMatchObject({ credited: 500_000n })

  expect(await town.like(alice, post, false)).toMatchObject({ on: false, credited: 0n })
  expect(await town.wallet(alice)).toMatchObject({ budget: 100_000_000n, pledge: 1_000_000_000n })
  for (const author of [bob, erin])
    expect(await town.wallet(author)).toMatchObject({ pending: 0n, earnedTotal: 0n })
  const { rows } = await town.pool.query(
    `select r.closing, r.leg, t.leg as reversing, t.amount = r.gross as whole
     from receipts r join ledger.transfer t on t.id = r.reversal_id and t.leg = r.leg
     where r.interaction_id = $1 order by r.closing, r.leg`,
    [id],
  )
  expect(rows).toEqual([
    { closing: false, leg: 0, reversing: 0, whole: true },
    { closing: false, leg: 1, reversing: 1, whole: true },
    { closing: true, leg: 40, reversing: 40, whole: true },
    { closing: true, leg: 41, reversing: 41, whole: true },
  ])
  const kept = await town.pool.query(
    'select reversals, earned from interactions i join posts p on p.id = post_id where i.id = $1',
    [id],
  )
  // Two credits taken back by one unlike are one reversal.
  expect(kept.rows[0]).toEqual({ reversals: 1, earned: 0n })
  expect(await town.like(alice, post)).toMatchObject({ credited: 500_000n })
})

test('of an unfunded like the closing credit goes back, and of one that has cleared in part the rest', async () => {
  const [alice, bob, erin] = [await town.member(), await town.member(), await town.member()]
  const post = await town.post(bob, { splits: [bob, erin].map((memberId) => ({ memberId, bps: 5_000 })) })
  const like = await town.like(alice, post)
  expect(like).toMatchObject({ credited: 0n, unfunded: true })
  await town.budget(alice, '0.0001')
  await closed(like.ok ? like.id! : '', alice, [
    [bob, 50_000n],
    [erin, 50_000n],
  ])
  await town.holdsPass(erin)
  expect(await town.clear()).toBe(1)
  expect(await town.like(alice, post, false)).toMatchObject({ on: false, credited: 0n, unfunded: false })
  expect((await town.wallet(alice)).budget).toBe(50_000n)
  expect((await town.wallet(bob)).pending).toBe(0n)
  // 50,000 less 5 %
  expect(await town.wallet(erin)).toMatchObject({ pending: 0n, available: 47_500n })
  // It had its three parts of a credit by the close; the instant one was never paid, and is now.
  await town.budget(alice, '0.001')
  expect(await town.like(alice, post)).toMatchObject({ credited: 500_000n })
})

test('what one unlike gives back to the budget, the next like of the batch spends', async () => {
  const [alice, bob] = [await town.member(), await town.member()]
  const [one, two] = [await town.post(bob), await town.post(bob)]
  const like = await town.like(alice, one)
  await town.budget(alice, '0.0005')
  await closed(like.ok ? like.id! : '', alice, [[bob, 500_000n]])
  const answers = await town.act(
    { actorId: alice, postId: two, kind: 'comment', on: true },
    { actorId: alice, postId: one, kind: 'like', on: false },
    { actorId: alice, postId: two, kind: 'like', on: true },
  )
  expect(answers).toMatchObject([{ unfunded: true }, { on: false }, { credited: 500_000n, unfunded: false }])
  expect(await town.wallet(alice)).toMatchObject({ budget: 0n })
})

test('unliking and clearing at once: each part of each credit goes one way only', async () => {
  const [alice, bob, erin] = [
    await town.member({ has: '1', pledges: '1' }),
    await town.member(),
    await town.member(),
  ]
  const splits = [bob, erin].map((memberId) => ({ memberId, bps: 5_000 }))
  const posts = await Promise.all(Array.from({ length: 40 }, () => town.post(bob, { splits })))
  const likes = await Promise.all(posts.map((post) => town.like(alice, post)))
  await town.budget(alice, '0.004')
  for (const like of likes)
    await closed(like.ok ? like.id! : '', alice, [
      [bob, 60_000n],
      [erin, 40_000n],
    ])
  await town.holdsPass(bob, erin)
  await Promise.all([...posts.map((post) => town.like(alice, post, false)), town.clear(30), town.clear(30)])
  while ((await town.clear()) > 0);

  const { rows } = await town.pool.query(
    `select coalesce(sum(gross) filter (where reversal_id is not null and closing), 0)::bigint as closing,
       coalesce(sum(gross) filter (where reversal_id is not null and not closing), 0)::bigint as instant,
       count(*) filter (where reversal_id is not null and clearing_id is not null)::int as both,
       count(*) filter (where reversal_id is null and clearing_id is null)::int as neither
     from receipts where payer_id = $1`,
    [alice],
  )
  const [{ closing, instant, both, neither }] = rows
  expect({ both, neither }).toEqual({ both: 0, neither: 0 })
  expect(await town.wallet(alice)).toMatchObject({
    budget: closing,
    pledge: 1_000_000_000n - 20_000_000n + instant,
  })
  for (const author of [bob, erin]) expect((await town.wallet(author)).pending).toBe(0n)
})

test('after all of it the books balance', async () => {
  expect(await town.lawsHold()).toBe(true)
  expect(await town.earningsAddUp()).toBe(true)
  expect(await town.creditsAddUp()).toBe(true)
})
