import { createPool, ledgerOf, newId, withTransaction } from '@rivulet/db'
import { amountOf } from '@rivulet/ledger'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { money, openTown, type Town } from '../../test/town.ts'
import { rulesFrom } from '../rules.ts'
import { fundGrants } from './fund-grants.ts'
import { type GrantResult, grant } from './grant.ts'

const CAPS = { GRANT_AMOUNT: '1', GRANT_PER_MEMBER: '2', GRANT_PER_DAY: '5', GRANT_TOTAL: '8' }
let town: Town
beforeAll(async () => {
  town = await openTown(CAPS)
})
afterAll(() => town.close())

/** Somebody who signed in four days ago and still has a deposit of their own. */
async function settled(has = '5', daysAgo = 4): Promise<string> {
  const id = await town.member({ has })
  await town.pool.query(
    `update members set first_sign_in_at = date_trunc('milliseconds', now()) - make_interval(days => $2) where id = $1`,
    [id, daysAgo],
  )
  // 5 of a token of six places.
  await town.pool.query('update vault_accounts set deposited = 5000000 where member_id = $1', [id])
  return id
}

const ask = (...ids: string[]) =>
  withTransaction(town.pool, (tx) =>
    grant(
      tx,
      town.rules,
      ids.map((memberId) => ({ memberId })),
    ),
  )
const told = (results: GrantResult[]) => results.map((one) => (one.ok ? one.grant.amount : one.code))

/** Fees the platform has taken. */
const platformHas = (amount: string) =>
  withTransaction(town.pool, (tx) =>
    ledgerOf(tx).post([
      {
        ...{ id: newId(), leg: 0, debit: 'chain:reserve', credit: 'platform:revenue' },
        ...{ amount: money(amount), code: 24 },
      },
    ]),
  )
const fund = (id: string, amount: string) =>
  withTransaction(town.pool, (tx) => fundGrants(tx, { id, amount: money(amount) }))
const pool = async () =>
  (await withTransaction(town.pool, (tx) => ledgerOf(tx).balances(['pool:grants']))).get('pool:grants') ?? 0n
/** As if so many days had passed. */
const daysPass = async (days: number) => {
  const admin = createPool(town.adminUrl, { max: 1 })
  await admin.query(`update grants set day = day - $1::int`, [days])
  await admin.query(`update grant_totals set day = day - $1::int where day > '-infinity'`, [days])
  await admin.end()
}

test('off unless configured: nobody is given anything', async () => {
  const alice = await settled()
  const off = await withTransaction(town.pool, (tx) => grant(tx, rulesFrom({}), [{ memberId: alice }]))
  expect(off).toEqual([{ ok: false, code: 'grants_off' }])
})

test('the operator fills the pool once an id; the platform must have it', async () => {
  await platformHas('20')
  const id = newId()
  expect(await fund(id, '3')).toEqual({ ok: true, repeated: false })
  expect(await fund(id, '3')).toEqual({ ok: true, repeated: true })
  expect(await fund(id, '4')).toEqual({ ok: false, code: 'id_used_otherwise' })
  expect(await fund(newId(), '18')).toEqual({ ok: false, code: 'insufficient_funds' })
  expect(await pool()).toBe(3_000_000_000n)
})

test('a grant goes into the budget, counts as income by grant, and pays likes', async () => {
  const [alice, bob] = [await settled(), await town.member()]
  expect(told(await ask(alice))).toEqual([1_000_000_000n])
  expect(await town.wallet(alice)).toMatchObject({ budget: 1_000_000_000n, earnedTotal: 1_000_000_000n })
  expect(await town.like(alice, await town.post(bob))).toMatchObject({ credited: 500_000n })
  expect(await town.wallet(alice)).toMatchObject({ budget: 999_500_000n, pledge: 0n })
  await daysPass(1)
})

test.each([
  ['signed in two days ago', () => settled('5', 2)],
  ['holds less than the deposit', () => settled('4.999999999')],
  ['never deposited', () => town.member({ has: '100' })],
  ['is nobody', async () => newId()],
])('who %s is not eligible', async (_what, who) => {
  expect(told(await ask(await who()))).toEqual(['not_eligible'])
})

test('a pledge counts as held; a suspended member is told so', async () => {
  const carol = await town.member({ has: '5', pledges: '2' })
  await town.pool.query(
    `update members set first_sign_in_at = date_trunc('milliseconds', now()) - interval '4 days', suspended_at = now() where id = $1`,
    [carol],
  )
  await town.pool.query('update vault_accounts set deposited = 5000000 where member_id = $1', [carol])
  expect(told(await ask(carol))).toEqual(['suspended'])
  await town.pool.query('update members set suspended_at = null where id = $1', [carol])
  expect(told(await ask(carol))).toEqual([1_000_000_000n])
  await daysPass(1)
})

test('a batch answers as one after another: member and day, then the pool, then the next day', async () => {
  const [dave, erin] = [await settled(), await settled()]
  // Two of three that the operator gave are spent: one is left.
  expect(told(await ask(dave, erin))).toEqual([1_000_000_000n, 'grant_cap'])
  expect(await pool()).toBe(0n)
  await fund(newId(), '10')
  expect(told(await ask(dave, dave, erin, erin, erin))).toEqual([
    1_000_000_000n,
    'grant_cap',
    1_000_000_000n,
    1_000_000_000n,
    'grant_cap',
  ])
  await daysPass(1)
  // Six were given so far; eight is all there will ever be.
  expect(told(await ask(dave, erin, dave))).toEqual([1_000_000_000n, 1_000_000_000n, 'grant_cap'])
  await daysPass(1)
  expect(told(await ask(erin))).toEqual(['grant_cap'])
  expect(await town.earningsAddUp()).toBe(true)
})

test('fifty at once, from two pools, on the last of the day: one has it', { timeout: 120_000 }, async () => {
  const rules = { ...town.rules, grants: { ...town.rules.grants, perDay: amountOf(3_000_000_000n) } }
  const rounds = process.env.LONG ? 100 : 5
  Object.assign(rules.grants, { perMember: 3_000_000_000n, total: 1_000_000_000_000n })
  await platformHas('1000')
  await fund(newId(), '400')
  const people = await Promise.all(Array.from({ length: 10 }, () => settled()))
  const pools = [
    createPool(town.pool.options.connectionString!),
    createPool(town.pool.options.connectionString!),
  ]
  for (let round = 0; round < rounds; round++) {
    await daysPass(1)
    const before = await pool()
    const first = await withTransaction(town.pool, (tx) =>
      grant(tx, rules, [{ memberId: people[0]! }, { memberId: people[1]! }]),
    )
    expect(told(first)).toEqual([1_000_000_000n, 1_000_000_000n])
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        withTransaction(pools[i % 2]!, (tx) => grant(tx, rules, [{ memberId: people[i % 10]! }])),
      ),
    )
    expect(told(answers.flat()).filter((answer) => answer !== 'grant_cap')).toEqual([1_000_000_000n])
    expect(before - (await pool())).toBe(3_000_000_000n)
  }
  await Promise.all(pools.map((one) => one.end()))
  const { rows } = await town.pool.query(
    `select (select amount from grant_totals where day = '-infinity') = sum(amount) as ever from grants`,
  )
  expect(rows).toEqual([{ ever: true }])
  expect(await town.lawsHold()).toBe(true)
})

test('a transaction that ends without a commit has granted nothing, and the cap is as it was', async () => {
  await daysPass(1)
  const frank = await settled()
  const rules = { ...town.rules, grants: { ...town.rules.grants, total: amountOf(10n ** 15n) } }
  const killed = withTransaction(town.pool, async (tx) => {
    expect(told(await grant(tx, rules, [{ memberId: frank }]))).toEqual([1_000_000_000n])
    throw new Error('killed here')
  })
  await expect(killed).rejects.toThrow('killed here')
  expect((await town.wallet(frank)).budget).toBe(0n)
  const { rows } = await town.pool.query(
    `select coalesce(sum(amount), 0)::bigint as today from grant_totals where day = (now() at time zone 'utc')::date`,
  )
  expect(rows).toEqual([{ today: 0n }])
})
