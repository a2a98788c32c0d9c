import { ledgerOf, newId, withTransaction } from '@rivulet/db'
import { fundGrants } from '@rivulet/economy'
import { amountOf } from '@rivulet/ledger'
import { expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { person } from '../../test/people.ts'
import { asOwner, world } from '../../test/world.ts'

const key = (name: string) => ({ 'idempotency-key': name })
const DAY_OF_TWO = { GRANT_AMOUNT: '0.5', GRANT_PER_MEMBER: '1', GRANT_PER_DAY: '1', GRANT_TOTAL: '10' }

test('where the operator gives none, there is nothing to ask for', async () => {
  const { app } = await world()
  const alice = await person(app)
  const { status, body } = await alice.post('/v1/wallet/grants', undefined, key('g'))
  expect([status, body.code]).toEqual([404, 'grants_off'])
})

test('alice is given two grants and no third; a repeated request is the same grant', async () => {
  const { app, deps, database } = await world(DAY_OF_TWO)
  const alice = await person(app)
  await withTransaction(deps.db.pool, async (tx) => {
    const fees = { id: newId(), leg: 0, debit: 'chain:reserve', credit: 'platform:revenue', code: 24 }
    await ledgerOf(tx).post([{ ...fees, amount: amountOf(10_000_000_000n) }])
    await fundGrants(tx, { id: newId(), amount: amountOf(10_000_000_000n) })
  })
  const ask = async (name: string) => {
    const { status, body, headers } = await alice.post('/v1/wallet/grants', undefined, key(name))
    return { status, body, replayed: headers['idempotent-replayed'] }
  }
  expect(await ask('early')).toMatchObject({ status: 409, body: { code: 'not_eligible' } })

  await fund(deps, alice.id, 'available', 5_000_000_000n)
  await asOwner(
    database.adminUrl,
    `update vault_accounts set deposited = 5000000 where member_id = '${alice.id}';
     update members set first_sign_in_at = date_trunc('milliseconds', now()) - interval '3 days' where id = '${alice.id}'`,
  )
  const first = await ask('one')
  expect(first.status).toBe(201)
  expect(Object.keys(first.body).sort()).toEqual(['amount', 'createdAt', 'id'])
  expect(first.body.amount).toBe('0.5')
  expect(await ask('one')).toEqual({ ...first, replayed: 'true' })
  expect((await ask('two')).status).toBe(201)
  expect(await ask('three')).toMatchObject({ status: 409, body: { code: 'grant_cap' } })
  // A refusal of the rules is kept with its key.
  expect(await ask('early')).toMatchObject({ status: 409, body: { code: 'not_eligible' }, replayed: 'true' })
  expect((await alice.get('/v1/wallet')).body).toMatchObject({ budget: '1', earnedTotal: '1' })
  const entries = (await alice.get('/v1/wallet/entries')).body.data
  expect(entries.at(-2)).toMatchObject({
    ...{ account: 'budget', stream: 'grant', amount: '0.5', ref: { type: 'grant', id: first.body.id } },
  })
})

test('without a key it is refused', async () => {
  const { app } = await world(DAY_OF_TWO)
  const alice = await person(app)
  const { status, body } = await alice.post('/v1/wallet/grants')
  expect([status, body.code]).toEqual([400, 'idempotency_key_required'])
})
