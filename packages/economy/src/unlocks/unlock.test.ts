import { newId, withTransaction } from '@rivulet/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
import { textFor } from './text.ts'
import { unlock } from './unlock.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const unlocks = (...inputs: Parameters<typeof unlock>[2]) =>
  withTransaction(town.pool, (tx) => unlock(tx, town.rules, inputs))

async function article(authorId: string, price: string | null, co: string[] = []): Promise<string> {
  const id = await town.post(authorId)
  await town.pool.query(`update posts set kind = 'article', price = $2, text = 'all of it' where id = $1`, [
    id,
    price && money(price),
  ])
  const all = [authorId, ...co]
  if (co.length > 0)
    await town.pool.query('update posts set split_members = $2, split_bps = $3 where id = $1', [
      id,
      all,
      all.map((_, i) => (i === 0 ? 10_000 - 2_500 * co.length : 2_500)),
    ])
  return id
}

const read = (readerId: string | null, postId: string) => textFor(town.pool, { postId, readerId })

test("alice buys bob's and erin's article once, and reads it for ever", async () => {
  const [alice, bob, erin] = [await town.member({ has: '3' }), await town.member(), await town.member()]
  const postId = await article(bob, '1', [erin])
  expect(await read(alice, postId)).toEqual({ ok: false, code: 'payment_required', price: 1_000_000_000n })
  expect(await read(null, postId)).toMatchObject({ code: 'payment_required' })
  expect([await read(bob, postId), await read(erin, postId)]).toEqual([
    { ok: true, text: 'all of it' },
    { ok: true, text: 'all of it' },
  ])

  const [first, again] = await unlocks({ payerId: alice, postId }, { payerId: alice, postId })
  // 0.975 after the fee: three quarters and a quarter.
  expect(first).toMatchObject({
    ok: true,
    already: false,
    unlock: {
      amount: 1_000_000_000n,
      fee: 25_000_000n,
      parts: [
        { memberId: bob, amount: 731_250_000n },
        { memberId: erin, amount: 243_750_000n },
      ],
    },
  })
  expect(again).toMatchObject({ ok: true, already: true })
  expect(again?.ok && again.unlock.id).toBe(first?.ok && first.unlock.id)
  expect(await read(alice, postId)).toEqual({ ok: true, text: 'all of it' })

  await town.pool.query('update posts set price = $2 where id = $1', [postId, money('9')])
  const [later] = await unlocks({ payerId: alice, postId })
  expect(later).toMatchObject({ ok: true, already: true, unlock: { amount: 1_000_000_000n } })
  expect(await read(alice, postId)).toEqual({ ok: true, text: 'all of it' })
  expect((await town.wallet(alice)).available).toBe(2_000_000_000n)
  expect(await town.wallet(bob)).toMatchObject({ available: 731_250_000n, earnedTotal: 731_250_000n })
  const { rows } = await town.pool.query('select earned from posts where id = $1', [postId])
  expect(rows[0].earned).toBe(975_000_000n)

  await town.pool.query(`update posts set deleted_at = now(), text = '' where id = $1`, [postId])
  expect(await read(alice, postId)).toEqual({ ok: false, code: 'post_not_found' })
})

test('a text without a price is for everybody, and cannot be bought', async () => {
  const [alice, bob] = [await town.member({ has: '1' }), await town.member()]
  const postId = await article(bob, null)
  expect(await read(null, postId)).toEqual({ ok: true, text: 'all of it' })
  expect(await unlocks({ payerId: alice, postId })).toEqual([{ ok: false, code: 'not_for_sale' }])
})

test('nobody buys their own, what is not there, from whom they blocked, or without the money', async () => {
  const [alice, bob, erin] = [await town.member({ has: '1' }), await town.member(), await town.member()]
  const mine = await article(alice, '1', [erin])
  const dear = await article(bob, '1.000000001')
  const tiny = await article(bob, '0.000000001')
  const blocker = await town.member()
  const theirs = await article(blocker, '0.1')
  await town.pool.query('insert into blocks (blocker_id, blocked_id) values ($1, $2)', [blocker, alice])
  const results = await unlocks(
    { payerId: alice, postId: mine },
    { payerId: erin, postId: mine },
    { payerId: alice, postId: newId() },
    { payerId: alice, postId: dear },
    { payerId: alice, postId: tiny },
    { payerId: alice, postId: theirs },
  )
  expect(results.map((r) => r.ok || r.code)).toEqual([
    'self_unlock',
    'self_unlock',
    'post_not_found',
    'insufficient_funds',
    'below_minimum',
    'blocked',
  ])
  expect((await town.wallet(alice)).available).toBe(1_000_000_000n)
  expect(await read(alice, dear)).toMatchObject({ code: 'payment_required' })
})

test('fifty at once of one article by one reader are one payment', async () => {
  const [alice, bob] = [await town.member({ has: '9' }), await town.member()]
  const postId = await article(bob, '0.1')
  const results = await Promise.all(Array.from({ length: 50 }, () => unlocks({ payerId: alice, postId })))
  expect(new Set(results.flat().map((r) => r.ok && r.unlock.id)).size).toBe(1)
  expect(results.flat().filter((r) => r.ok && !r.already)).toHaveLength(1)
  expect((await town.wallet(alice)).available).toBe(8_900_000_000n)
})

test('what is undone was not bought; a limit does not count what was bought before', async () => {
  const [alice, bob] = [await town.member({ has: '9' }), await town.member()]
  const [one, two] = [await article(bob, '0.6'), await article(bob, '0.6')]
  await expect(
    withTransaction(town.pool, async (tx) => {
      await unlock(tx, town.rules, [{ payerId: alice, postId: one }])
      throw new Error('killed here')
    }),
  ).rejects.toThrow('killed here')
  expect(await read(alice, one)).toMatchObject({ code: 'payment_required' })
  expect((await town.wallet(alice)).available).toBe(9_000_000_000n)

  const key = { id: newId(), dailySpendLimit: money('1') }
  const wishes = [one, one, two].map((postId) => ({ payerId: alice, postId, key }))
  expect((await unlocks(...wishes)).map((r) => r.ok || r.code)).toEqual([true, true, 'spend_limit'])
  expect((await unlocks(...wishes)).map((r) => r.ok || r.code)).toEqual([true, true, 'spend_limit'])
  expect((await town.wallet(alice)).available).toBe(8_400_000_000n)
  expect(await town.lawsHold()).toBe(true)
  expect(await town.earningsAddUp()).toBe(true)
})
