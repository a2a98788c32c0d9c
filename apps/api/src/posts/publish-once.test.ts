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
  await fund(deps, bob.id, 'budget', 10_000_000_000n)
})

const key = (name: string) => ({ 'idempotency-key': name })
const postsOf = async (who: Person) => (await who.get(`/v1/members/${who.id}/posts`)).body.data.length

test('alice sends her note again, as the first answer was lost: there is one note', async () => {
  const note = { kind: 'note', text: 'the river is high today' }
  const first = await alice.post('/v1/posts', note, key('river'))
  const second = await alice.post('/v1/posts', note, key('river'))
  expect([first.status, second.status]).toEqual([201, 201])
  expect(second.body).toEqual(first.body)
  expect(first.headers['idempotent-replayed']).toBeUndefined()
  expect(second.headers['idempotent-replayed']).toBe('true')
  expect(await postsOf(alice)).toBe(1)
})

test('without a key each is a note of its own, and five by one key at once are one', async () => {
  const before = await postsOf(alice)
  const note = { kind: 'note', text: 'again' }
  await alice.post('/v1/posts', note)
  await alice.post('/v1/posts', note)
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => alice.post('/v1/posts', note, key('at once'))),
  )
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
  expect(await postsOf(alice)).toBe(before + 3)
})

test('another text by the same key is refused', async () => {
  await alice.post('/v1/posts', { kind: 'note', text: 'one' }, key('changed'))
  const other = await alice.post('/v1/posts', { kind: 'note', text: 'two' }, key('changed'))
  expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch'])
})

test("bob's comment, sent twice, pays alice once and says so twice", async () => {
  const { id: replyTo } = await alice.writes('a question')
  const comment = { kind: 'note', text: 'an answer', replyTo }
  const first = await bob.post('/v1/posts', comment, key('answer'))
  const second = await bob.post('/v1/posts', comment, key('answer'))
  // The rate of a comment.
  expect([first.body.credited, second.body.credited]).toEqual(['0.001', '0.001'])
  expect(second.body.id).toBe(first.body.id)
  expect(await balance(deps, alice.id, 'pending')).toBe(1_000_000n)
  expect((await alice.get(`/v1/posts/${replyTo}`)).body.counts.comments).toBe(1)
})

test('what was refused is judged anew', async () => {
  const { id: quoteOf } = await alice.writes('soon gone')
  await alice.delete(`/v1/posts/${quoteOf}`)
  const quote = { kind: 'note', text: 'look', quoteOf }
  expect((await bob.post('/v1/posts', quote, key('quote'))).status).toBe(404)
  expect((await bob.post('/v1/posts', quote, key('quote'))).status).toBe(404)
  const { id: other } = await alice.writes('stays')
  expect((await bob.post('/v1/posts', { ...quote, quoteOf: other }, key('quote'))).status).toBe(201)
})
