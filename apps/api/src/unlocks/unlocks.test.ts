import { beforeAll, expect, test } from 'vitest'
import { balance, fund } from '../../test/money.ts'
import { call, NOBODY, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
let alice: Person
let bob: Person
beforeAll(async () => {
  alice = await person(app)
  bob = await person(app)
  await fund(deps, alice.id, 'available', 10_000_000_000n)
})

const key = (name: string) => ({ 'idempotency-key': name })

async function article(price: bigint | null): Promise<string> {
  const { id } = await bob.writes('the whole story', { kind: 'article', title: 'A story' })
  await deps.db.pool.query('update posts set price = $2 where id = $1', [id, price])
  return id
}

test("alice is told what bob's article costs and how it is paid, pays, and reads it", async () => {
  const id = await article(500_000_000n)
  for (const locked of [
    await alice.get(`/v1/posts/${id}/text`),
    await call(app, 'GET', `/v1/posts/${id}/text`),
  ]) {
    expect([locked.status, locked.headers['content-type']]).toEqual([402, 'application/problem+json'])
    expect(locked.body).toMatchObject({
      ...{ code: 'payment_required', price: '0.5' },
      unlock: { method: 'POST', path: `/v1/posts/${id}/unlock` },
    })
    expect(JSON.stringify(locked.body)).not.toContain('the whole story')
  }
  const bought = await alice.post(locked(id), undefined, key('story'))
  // 2.5 % of 0.5
  expect([bought.status, bought.body]).toEqual([
    201,
    {
      ...{ id: bought.body.id, postId: id, amount: '0.5', fee: '0.0125' },
      parts: [{ memberId: bob.id, amount: '0.4875' }],
      createdAt: bought.body.createdAt,
    },
  ])
  expect((await alice.get(`/v1/posts/${id}/text`)).body).toEqual({ text: 'the whole story' })
  expect((await bob.get(`/v1/posts/${id}/text`)).body).toEqual({ text: 'the whole story' })

  const replay = await alice.post(locked(id), undefined, key('story'))
  expect([replay.status, replay.headers['idempotent-replayed'], replay.body]).toEqual([
    201,
    'true',
    bought.body,
  ])
  const again = await alice.post(locked(id), undefined, key('story again'))
  expect([again.status, again.body]).toEqual([200, bought.body])
  expect(await balance(deps, alice.id, 'available')).toBe(9_500_000_000n)
  const [entry] = (await bob.get('/v1/wallet/entries')).body.data
  expect(entry).toMatchObject({
    ...{ stream: 'unlock', amount: '0.4875', account: 'available' },
    ref: { type: 'unlock', id: bought.body.id },
  })

  await bob.delete(`/v1/posts/${id}`)
  expect((await alice.get(`/v1/posts/${id}/text`)).status).toBe(404)
})

const locked = (id: string) => `/v1/posts/${id}/unlock`

test('a text without a price is read by anybody', async () => {
  const id = await article(null)
  expect((await call(app, 'GET', `/v1/posts/${id}/text`)).body).toEqual({ text: 'the whole story' })
})

test('what cannot be bought is refused, and costs nothing', async () => {
  const before = await balance(deps, alice.id, 'available')
  const [free, dear] = [await article(null), await article(999_000_000_000n)]
  const refusals = [
    await alice.post(locked(free), undefined, key('free')),
    await bob.post(locked(dear), undefined, key('own')),
    await alice.post(locked(dear), undefined, key('dear')),
    await alice.post(locked(NOBODY), undefined, key('nobody')),
    await alice.post(locked('nothing'), undefined, key('nothing')),
    await alice.post(locked(dear)),
  ]
  expect(refusals.map(({ status, body }) => [status, body.code])).toEqual([
    [422, 'not_for_sale'],
    [422, 'self_unlock'],
    [409, 'insufficient_funds'],
    [404, 'post_not_found'],
    [404, 'post_not_found'],
    [400, 'idempotency_key_required'],
  ])
  expect(await balance(deps, alice.id, 'available')).toBe(before)
})
