import { withTransaction } from '@rivulet/db'
import { chargeDue } from '@rivulet/economy'
import { beforeAll, expect, test } from 'vitest'
import { balance, fund } from '../../test/money.ts'
import { NOBODY, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
let bob: Person
beforeAll(async () => {
  bob = await person(app)
})

const key = (name: string) => ({ 'idempotency-key': name })

async function reader(nano: bigint): Promise<Person> {
  const somebody = await person(app)
  await fund(deps, somebody.id, 'available', nano)
  return somebody
}
const subscribes = (who: Person, wish: object = {}, name = 'first') =>
  who.post('/v1/subscriptions', { memberId: bob.id, amount: '1', interval: 'month', ...wish }, key(name))

test('alice pays bob by the month: the first at once, and she sees it, charge by charge', async () => {
  const alice = await reader(5_000_000_000n)
  const made = await subscribes(alice)
  expect(made.status).toBe(201)
  const { charge, ...subscription } = made.body
  expect(subscription).toMatchObject({
    ...{ memberId: bob.id, amount: '1', interval: 'month', status: 'active', charges: 1, cancelledAt: null },
  })
  expect(charge).toMatchObject({ ordinal: 0, amount: '1', fee: '0.025', net: '0.975' })
  const days = (Date.parse(subscription.nextAt) - Date.parse(subscription.createdAt)) / 86_400_000
  expect([28, 29, 30, 31]).toContain(days)
  expect(await balance(deps, alice.id, 'available')).toBe(4_000_000_000n)

  const replay = await subscribes(alice)
  expect([replay.status, replay.body.id, replay.headers['idempotent-replayed']]).toEqual([
    201,
    subscription.id,
    'true',
  ])
  expect((await alice.get('/v1/subscriptions')).body.data).toEqual([subscription])
  expect((await alice.get(`/v1/subscriptions/${subscription.id}`)).body).toEqual(subscription)
  const charges = await alice.get(`/v1/subscriptions/${subscription.id}/charges`)
  expect(charges.body).toEqual({ data: [charge], nextCursor: null })
  const [entry] = (await alice.get('/v1/wallet/entries')).body.data
  expect(entry.ref).toEqual({ type: 'subscription', id: charge.id })

  expect((await bob.get(`/v1/subscriptions/${subscription.id}`)).status).toBe(404)
  expect((await bob.delete(`/v1/subscriptions/${subscription.id}`)).body.code).toBe('subscription_not_found')
  expect((await alice.delete(`/v1/subscriptions/${subscription.id}`)).status).toBe(204)
  expect((await alice.delete(`/v1/subscriptions/${subscription.id}`)).status).toBe(204)
  const after = (await alice.get(`/v1/subscriptions/${subscription.id}`)).body
  expect(after).toMatchObject({ status: 'cancelled', nextAt: null })
  expect(after.cancelledAt).not.toBeNull()
})

test('past due is told, and resumed with a charge at once', async () => {
  const alice = await reader(1_000_000_000n)
  const { id } = (await subscribes(alice, { interval: 'day' })).body
  for (let attempt = 0; attempt < 4; attempt++) {
    await deps.db.pool.query(`update subscriptions set next_at = now() - interval '1 second' where id = $1`, [
      id,
    ])
    await withTransaction(deps.db.pool, (tx) => chargeDue(tx, deps.rules))
  }
  expect((await alice.get(`/v1/subscriptions/${id}`)).body).toMatchObject({ status: 'pastDue', nextAt: null })
  const poor = await alice.post(`/v1/subscriptions/${id}/resume`, undefined, key('poor'))
  expect([poor.status, poor.body.code]).toEqual([409, 'insufficient_funds'])
  await fund(deps, alice.id, 'available', 1_000_000_000n)
  const resumed = await alice.post(`/v1/subscriptions/${id}/resume`, undefined, key('rich'))
  expect([resumed.status, resumed.body]).toEqual([
    200,
    expect.objectContaining({
      status: 'active',
      charges: 2,
      charge: expect.objectContaining({ ordinal: 1 }),
    }),
  ])
  const twice = await alice.post(`/v1/subscriptions/${id}/resume`, undefined, key('twice'))
  expect([twice.status, twice.body.code]).toEqual([409, 'not_past_due'])
})

test('what cannot be begun is refused, and costs nothing', async () => {
  const alice = await reader(1_500_000_000n)
  const refusals = [
    await subscribes(alice, { amount: '2' }, 'a'),
    await subscribes(alice, { memberId: alice.id }, 'b'),
    await subscribes(alice, { memberId: NOBODY }, 'c'),
    await subscribes(alice, { memberId: 'nobody' }, 'd'),
    await subscribes(alice, { amount: '0.000000001' }, 'e'),
    await subscribes(alice, { amount: '0' }, 'f'),
    await subscribes(alice, { interval: 'hour' }, 'g'),
    await alice.post('/v1/subscriptions', { memberId: bob.id, amount: '1', interval: 'day' }),
  ]
  expect(refusals.map(({ status, body }) => [status, body.code])).toEqual([
    [409, 'insufficient_funds'],
    [422, 'self_subscription'],
    [404, 'member_not_found'],
    [404, 'member_not_found'],
    [422, 'below_minimum'],
    [422, 'validation_failed'],
    [422, 'validation_failed'],
    [400, 'idempotency_key_required'],
  ])
  expect(await balance(deps, alice.id, 'available')).toBe(1_500_000_000n)
  expect((await alice.get('/v1/subscriptions')).body.data).toEqual([])
  await subscribes(alice, {}, 'h')
  const second = await subscribes(alice, { amount: '0.1' }, 'i')
  expect([second.status, second.body.code]).toEqual([409, 'already_subscribed'])
})
