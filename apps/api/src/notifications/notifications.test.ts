import { expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { NOBODY, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world({ MIN_WITHDRAWAL: '1' })

let keys = 0
async function withdraws(who: Person): Promise<string> {
  const { body } = await who.post(
    '/v1/wallet/withdrawals',
    { amount: '1' },
    { 'idempotency-key': `${++keys}` },
  )
  return body.id
}

test('each is told to its member alone, newest first, page by page', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  await fund(deps, alice.id, 'available', 10_000_000_000n)
  const id = await withdraws(alice)
  await alice.delete(`/v1/wallet/withdrawals/${id}`)
  const { status, body } = await alice.get('/v1/notifications')
  const about = { amount: '1', to: alice.address, lane: 'push' }
  const told = (state: string) => ({
    ...{ id: expect.any(String), kind: 'withdrawal', ref: { type: 'withdrawal', id } },
    ...{ actor: null, body: { status: state, ...about }, createdAt: expect.any(String), readAt: null },
  })
  expect([status, body]).toEqual([200, { data: [told('cancelled'), told('requested')], nextCursor: null }])
  expect((await bob.get('/v1/notifications')).body).toEqual({ data: [], nextCursor: null })

  for (let i = 0; i < 5; i++) await withdraws(alice)
  const all = (await alice.get('/v1/notifications')).body.data
  const pages: unknown[] = []
  let url = '/v1/notifications?limit=3'
  for (let page = 0; page < 3; page++) {
    const { body: answer } = await alice.get(url)
    pages.push(...answer.data)
    url = `/v1/notifications?limit=3&cursor=${answer.nextCursor}`
  }
  expect([pages, url]).toEqual([all, '/v1/notifications?limit=3&cursor=null'])
  const { nextCursor } = (await alice.get('/v1/notifications?limit=3')).body
  await fund(deps, bob.id, 'available', 1_000_000_000n)
  expect((await bob.get(`/v1/notifications?cursor=${nextCursor}`)).body.code).toBe('invalid_cursor')
})

test('what is read is marked, up to there, once, and nobody marks what is not theirs', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  await fund(deps, alice.id, 'available', 10_000_000_000n)
  for (let i = 0; i < 3; i++) await withdraws(alice)
  const reads = async () =>
    (await alice.get('/v1/notifications')).body.data.map((one: { readAt: string | null }) => one.readAt)
  const [newest, middle] = (await alice.get('/v1/notifications')).body.data
  const mark = (who: Person, until: unknown) => who.post('/v1/notifications/read', { until })

  expect((await mark(bob, newest.id)).status).toBe(204)
  expect(await reads()).toEqual([null, null, null])
  expect((await mark(alice, middle.id)).status).toBe(204)
  const [, first, second] = await reads()
  expect(await reads()).toEqual([null, expect.any(String), first])
  expect(second).toBe(first)
  expect((await mark(alice, newest.id)).status).toBe(204)
  expect((await reads()).slice(1)).toEqual([first, first])
  expect((await reads())[0]).not.toBe(null)

  for (const until of ['soon', '', null, 7]) {
    const { status, body } = await mark(alice, until)
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'validation_failed', '#/until'])
  }
  // An id that names nothing marks what is older, and nothing else.
  expect((await mark(bob, NOBODY)).status).toBe(204)
})
