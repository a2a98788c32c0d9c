import { createPool, withTransaction } from '@rivulet/db'
import { withdrawAutomatically } from '@rivulet/economy'
import { expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world({ MIN_WITHDRAWAL: '1' })
const AUTO = '/v1/wallet/auto-withdrawal'

test('an order is given, changed, looked at and ended', async () => {
  const alice = await person(app)
  expect((await alice.get(AUTO)).body.code).toBe('auto_withdrawal_not_found')
  expect((await alice.put(AUTO, { threshold: '20', rest: '5' })).body).toEqual({
    ...{ threshold: '20', rest: '5', lane: 'push' },
  })
  const pull = { threshold: '20.5', rest: '0', lane: 'pull' }
  expect((await alice.put(AUTO, pull)).body).toEqual(pull)
  expect((await alice.get(AUTO)).body).toEqual(pull)
  // Another member's is another one.
  expect((await (await person(app)).get(AUTO)).status).toBe(404)
  expect((await alice.delete(AUTO)).status).toBe(204)
  expect((await alice.delete(AUTO)).status).toBe(204)
  expect((await alice.get(AUTO)).status).toBe(404)
})

test.each([
  [{ threshold: '5', rest: '5' }, 'below_minimum', '#/threshold'],
  [{ threshold: '5.9', rest: '5' }, 'below_minimum', '#/threshold'],
  [{ threshold: '4', rest: '5' }, 'below_minimum', '#/threshold'],
  [{ threshold: '0', rest: '0' }, 'validation_failed', '#/threshold'],
  [{ threshold: '-1', rest: '0' }, 'validation_failed', '#/threshold'],
  [{ threshold: '20', rest: 5 }, 'validation_failed', '#/rest'],
  [{ threshold: '20' }, 'validation_failed', '#/rest'],
  [{ threshold: '20', rest: '5', to: `0x${'33'.repeat(20)}` }, 'validation_failed', '#/to'],
  [{ threshold: '20', rest: '5', lane: 'exit' }, 'validation_failed', '#/lane'],
])('the order %j is refused: %s at %s', async (order, code, pointer) => {
  const alice = await person(app)
  await alice.put(AUTO, { threshold: '30', rest: '1' })
  const { status, body } = await alice.put(AUTO, order)
  expect([status, body.code, body.errors?.[0].pointer]).toEqual([422, code, pointer])
  expect((await alice.get(AUTO)).body).toMatchObject({ threshold: '30', rest: '1' })
})

test('what an order has made says so, and she is told of it', async () => {
  const alice = await person(app)
  await fund(deps, alice.id, 'available', 25_000_000_000n)
  await alice.put(AUTO, { threshold: '20', rest: '5' })
  const pool = createPool(deps.config.databaseUrl, { max: 1 })
  expect(
    await withTransaction(pool, (tx) => withdrawAutomatically(tx, deps.rules, { memberId: alice.id })),
  ).toBe(true)
  await pool.end()
  const [withdrawal] = (await alice.get('/v1/wallet/withdrawals')).body.data
  expect(withdrawal).toMatchObject({ status: 'requested', amount: '20', to: alice.address, automatic: true })
  expect((await alice.get('/v1/notifications')).body.data).toMatchObject([
    { ref: { type: 'withdrawal', id: withdrawal.id }, body: { status: 'requested', automatic: true } },
  ])
})
