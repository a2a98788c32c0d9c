import { beforeAll, expect, test } from 'vitest'
import { balance, fund } from '../../test/money.ts'
import { type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
let alice: Person
let bob: Person
beforeAll(async () => {
  alice = await person(app)
  bob = await person(app)
  await fund(deps, alice.id, 'available', 100_000_000_000n)
})

const key = (name: string) => ({ 'idempotency-key': name })
const availableOf = (who: Person) => balance(deps, who.id, 'available')

test("alice tips bob's post, with a word; the fee is told", async () => {
  const { id: postId } = await bob.writes('a poem')
  const tip = await alice.post('/v1/tips', { postId, amount: '0.3', message: 'more of these' }, key('poem'))
  expect(tip.status).toBe(201)
  // 2.5 % of 0.3
  expect(tip.body).toMatchObject({
    amount: '0.3',
    fee: '0.0075',
    net: '0.2925',
    parts: [{ memberId: bob.id, amount: '0.2925' }],
  })
  expect((await bob.get(`/v1/posts/${postId}`)).body.earned).toBe('0.2925')
})

test('the same key answers the same tip, marked; with its fields in another order too', async () => {
  const before = await availableOf(bob)
  const first = await alice.post('/v1/tips', { memberId: bob.id, amount: '1' }, key('again'))
  const second = await alice.post('/v1/tips', { amount: '1', memberId: bob.id }, key('again'))
  expect(first.headers['idempotent-replayed']).toBeUndefined()
  expect(second.headers['idempotent-replayed']).toBe('true')
  expect(second.status).toBe(201)
  expect(second.body).toEqual(first.body)
  expect(await availableOf(bob)).toBe(before + 975_000_000n)
})

test('another body under the same key is refused, and moves nothing', async () => {
  await alice.post('/v1/tips', { memberId: bob.id, amount: '1' }, key('changed'))
  const before = await availableOf(alice)
  const other = await alice.post('/v1/tips', { memberId: bob.id, amount: '2' }, key('changed'))
  expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch'])
  expect(await availableOf(alice)).toBe(before)
})

test("a key is its member's own, and its route's", async () => {
  await fund(deps, bob.id, 'available', 1_000_000_000n)
  const mine = await alice.post('/v1/tips', { memberId: bob.id, amount: '0.1' }, key('shared'))
  const theirs = await bob.post('/v1/tips', { memberId: alice.id, amount: '0.1' }, key('shared'))
  const elsewhere = await alice.post('/v1/wallet/pledge', { amount: '0.1' }, key('shared'))
  expect([mine.status, theirs.status, elsewhere.status]).toEqual([201, 201, 200])
  expect(theirs.body.id).not.toBe(mine.body.id)
  expect(theirs.headers['idempotent-replayed']).toBeUndefined()
})

test('without a key nothing happens', async () => {
  const before = await availableOf(alice)
  const tip = await alice.post('/v1/tips', { memberId: bob.id, amount: '1' })
  expect([tip.status, tip.body.code]).toEqual([400, 'idempotency_key_required'])
  expect(await availableOf(alice)).toBe(before)
})

test('fifty of one key at once are one tip with fifty answers', async () => {
  const before = await availableOf(bob)
  const answers = await Promise.all(
    Array.from({ length: 50 }, () =>
      alice.post('/v1/tips', { memberId: bob.id, amount: '0.2' }, key('crowd')),
    ),
  )
  expect(new Set(answers.map((a) => `${a.status} ${a.body.id}`)).size).toBe(1)
  expect(answers.filter((a) => a.headers['idempotent-replayed'] === undefined)).toHaveLength(1)
  expect(await availableOf(bob)).toBe(before + 195_000_000n)
})

test('a refusal of the rules is kept too: the same key says the same when the money is there', async () => {
  const carol = await person(app)
  const wish = { memberId: bob.id, amount: '1' }
  const refused = await carol.post('/v1/tips', wish, key('too early'))
  expect([refused.status, refused.body.code]).toEqual([409, 'insufficient_funds'])
  await fund(deps, carol.id, 'available', 5_000_000_000n)
  const again = await carol.post('/v1/tips', wish, key('too early'))
  expect([again.status, again.body.code, again.headers['idempotent-replayed']]).toEqual([
    409,
    'insufficient_funds',
    'true',
  ])
  expect((await carol.post('/v1/tips', wish, key('now'))).status).toBe(201)
})

test('a request that breaks its schema is not kept: the key is free for the right one', async () => {
  const wrong = await alice.post('/v1/tips', { memberId: bob.id, amount: '0' }, key('typo'))
  expect([wrong.status, wrong.body.errors]).toEqual([
    422,
    [{ pointer: '#/amount', detail: 'must be more than 0' }],
  ])
  expect((await alice.post('/v1/tips', { memberId: bob.id, amount: '0.1' }, key('typo'))).status).toBe(201)
})

test.each([
  [{ amount: '1' }, 422, 'validation_failed'],
  [{ amount: '1', memberId: 'nobody' }, 404, 'member_not_found'],
  [{ amount: '1', postId: 'nothing' }, 404, 'post_not_found'],
  [{ amount: '0.000000001', memberId: 'bob' }, 422, 'below_minimum'],
  [{ amount: '1', memberId: 'alice' }, 422, 'self_tip'],
  [{ amount: '1', memberId: 'bob', postId: 'bob' }, 422, 'validation_failed'],
  [{ amount: '1', memberId: 'bob', message: 'x'.repeat(501) }, 422, 'validation_failed'],
  [{ amount: '1', memberId: 'bob', message: 'a\0b' }, 422, 'validation_failed'],
  [{ amount: '999999999', memberId: 'bob' }, 409, 'insufficient_funds'],
])('%j is refused: %i %s', async (wish, status, code) => {
  const names: Record<string, string> = { alice: alice.id, bob: bob.id }
  const body = Object.fromEntries(Object.entries(wish).map(([k, v]) => [k, names[v] ?? v]))
  const before = await availableOf(alice)
  const tip = await alice.post('/v1/tips', body, key(`refused ${JSON.stringify(wish)}`.slice(0, 255)))
  expect([tip.status, tip.body.code]).toEqual([status, code])
  expect(await availableOf(alice)).toBe(before)
})
