import { newId, withTransaction } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
import { pledge } from '../pledge/pledge.ts'
import { tip } from '../tips/tip.ts'
import { spend } from './spend.ts'

let town: Town
beforeAll(async () => {
  town = await openTown()
})
afterAll(() => town.close())

const key = (limit: string | null) => ({ id: newId(), dailySpendLimit: limit === null ? null : money(limit) })

const tips = (...inputs: Parameters<typeof tip>[2]) =>
  withTransaction(town.pool, (tx) => tip(tx, town.rules, inputs))

async function spentBy(keyId: string): Promise<bigint> {
  const { rows } = await town.pool.query(
    'select sum(amount)::bigint as spent from api_key_spends where key_id = $1',
    [keyId],
  )
  return rows[0].spent ?? 0n
}

test("alice's bot tips until its day is spent, and is told what is left and until when", async () => {
  const [alice, bob] = [await town.member({ has: '10' }), await town.member()]
  const bot = key('1')
  const by = { payerId: alice, to: { memberId: bob }, key: bot }
  const [first, second, third] = await tips(
    { ...by, amount: money('0.7') },
    { ...by, amount: money('0.4') },
    { ...by, amount: money('0.3') },
  )
  expect([first?.ok, third?.ok]).toEqual([true, true])
  expect(second).toMatchObject({ ok: false, code: 'spend_limit', left: 300_000_000n })
  const { rows } = await town.pool.query(
    `select date_trunc('day', now() at time zone 'UTC') + interval '1 day' as day`,
  )
  const midnight = (rows[0].day as Date).toISOString().slice(0, 10)
  expect((second as { endsAt: Date }).endsAt.toISOString().slice(0, 10)).toBe(midnight)
  // In person she is not limited.
  expect((await tips({ payerId: alice, to: { memberId: bob }, amount: money('2') }))[0]?.ok).toBe(true)
  expect((await town.wallet(alice)).available).toBe(7_000_000_000n)
})

test('what is pledged counts, what is refused for want of money does not', async () => {
  const alice = await town.member({ has: '0.5' })
  const bot = key('0.6')
  const results = await withTransaction(town.pool, (tx) =>
    pledge(tx, [
      { memberId: alice, amount: money('0.55'), key: bot },
      { memberId: alice, amount: money('0.4'), key: bot },
      { memberId: alice, amount: money('0.3'), key: bot },
      { memberId: alice, amount: money('0.1'), key: bot },
    ]),
  )
  expect(results.map((r) => r.ok || r.code)).toEqual(['insufficient_funds', true, 'spend_limit', true])
  expect(await spentBy(bot.id)).toBe(500_000_000n)
})

test('a transaction that is undone has spent nothing', async () => {
  const [alice, bob] = [await town.member({ has: '1' }), await town.member()]
  const bot = key('1')
  await expect(
    withTransaction(town.pool, async (tx) => {
      await tip(tx, town.rules, [{ payerId: alice, to: { memberId: bob }, amount: money('1'), key: bot }])
      throw new Error('killed here')
    }),
  ).rejects.toThrow('killed here')
  expect(await spentBy(bot.id)).toBe(0n)
  const [again] = await tips({ payerId: alice, to: { memberId: bob }, amount: money('1'), key: bot })
  expect(again?.ok).toBe(true)
})

test.each(process.env.LONG ? Array.from({ length: 100 }, (_, i) => i) : [0, 1, 2, 3, 4])(
  'fifty payments at once by one key: as many as its limit carries, to the nano (round %i)',
  async () => {
    const [alice, bob] = [await town.member({ has: '100' }), await town.member()]
    const bot = key('1.000000001')
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        i % 2 === 0
          ? tips({ payerId: alice, to: { memberId: bob }, amount: money('0.1'), key: bot })
          : withTransaction(town.pool, (tx) =>
              pledge(tx, [{ memberId: alice, amount: money('0.1'), key: bot }]),
            ),
      ),
    )
    expect(answers.flat().filter((a) => a.ok)).toHaveLength(10)
    expect(answers.flat().filter((a) => !a.ok && a.code !== 'spend_limit')).toEqual([])
    expect(await spentBy(bot.id)).toBe(1_000_000_000n)
    expect((await town.wallet(alice)).available).toBe(99_000_000_000n)
  },
)

test('property: a batch is answered as its payments would be one after another', async () => {
  const payments = fc.array(
    fc.record({
      by: fc.constantFrom('none', 'small', 'large'),
      amount: fc.integer({ min: 1, max: 30 }),
    }),
    { maxLength: 12 },
  )
  const limits = { small: 40n, large: 90n }
  await fc.assert(
    fc.asyncProperty(payments, fc.integer({ min: 0, max: 120 }), async (wishes, funds) => {
      // By hand: one after another.
      let has = BigInt(funds)
      const spent = { small: 0n, large: 0n }
      const expected = wishes.map(({ by, amount }) => {
        const wish = BigInt(amount)
        if (by !== 'none' && spent[by as 'small'] + wish > limits[by as 'small']) return 'spend_limit'
        if (wish > has) return 'insufficient_funds'
        has -= wish
        if (by !== 'none') spent[by as 'small'] += wish
        return true
      })
      const keys = {
        small: { id: newId(), dailySpendLimit: amountOf(limits.small) },
        large: { id: newId(), dailySpendLimit: amountOf(limits.large) },
      }
      let left = BigInt(funds)
      const answers = await withTransaction(town.pool, (tx) =>
        spend(
          tx,
          wishes.map(({ by, amount }) => ({
            amount: BigInt(amount),
            key: by === 'none' ? undefined : keys[by as 'small'],
          })),
          async (ones) =>
            ones.map(({ amount }) => {
              if (amount > left) return { ok: false as const, code: 'insufficient_funds' as const }
              left -= amount
              return { ok: true as const }
            }),
        ),
      )
      expect(answers.map((a) => a.ok || a.code)).toEqual(expected)
      expect([await spentBy(keys.small.id), await spentBy(keys.large.id)]).toEqual([spent.small, spent.large])
    }),
    { numRuns: process.env.LONG ? 2_000 : 100 },
  )
})
