import { withTransaction } from '@rivulet/db'
import { chargeDue } from '@rivulet/economy'
import { expect, test } from 'vitest'
import { crowd } from '../../test/crowd.ts'
import { fund } from '../../test/money.ts'
import { type Person, person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { asOwner, world } from '../../test/world.ts'

const { app, deps, database } = await world()
const [alice, bob, carol] = [await person(app), await person(app), await person(app)]
await fund(deps, bob.id, 'available', 100_000_000_000n)

type Told = { id: string; kind: string; ref: object; actor: { id: string } | null; body: object }
const list = async (who: Person, query = ''): Promise<Told[]> =>
  (await who.get(`/v1/notifications${query}`)).body.data
const newest = async (who: Person) => (await list(who, '?limit=1'))[0]
const unread = async (who: Person) => (await who.get('/v1/notifications/unread-count')).body.count
let keys = 0
const pays = (who: Person, url: string, body?: object) =>
  who.post(url, body, { 'idempotency-key': `told ${++keys}` })

test('alice is told what bob does to what is hers, and bob nothing of it', async () => {
  const bobs = { id: bob.id, handle: null, displayName: '', address: bob.address }
  const post = await alice.writes('What do you think?')
  await bob.put(`/v1/members/${alice.id}/follow`)
  expect(await newest(alice)).toMatchObject({
    kind: 'follow',
    ref: { type: 'member', id: bob.id },
    actor: bobs,
  })
  const comment = await bob.writes('This.', { replyTo: post.id })
  expect(await newest(alice)).toMatchObject({
    ...{ kind: 'comment', ref: { type: 'post', id: comment.id }, actor: bobs, body: { of: post.id } },
  })
  const quote = await bob.writes('Look.', { quoteOf: post.id })
  expect(await newest(alice)).toMatchObject({ kind: 'quote', ref: { id: quote.id }, body: { of: post.id } })
  // 2.5 % of 2 is the fee.
  const tip = await pays(bob, '/v1/tips', { postId: post.id, amount: '2', message: 'Yes!' })
  expect(await newest(alice)).toMatchObject({
    ...{ kind: 'tip', ref: { type: 'tip', id: tip.body.id }, actor: bobs },
    body: { amount: '1.95', postId: post.id, message: 'Yes!', anonymous: false },
  })
  expect(await list(bob)).toEqual([])
  expect(await unread(alice)).toBe(4)
  expect((await list(alice, '?types=tip,follow')).map(({ kind }) => kind)).toEqual(['tip', 'follow'])
  const { nextCursor } = (await alice.get('/v1/notifications?types=tip,follow&limit=1')).body
  expect(await list(alice, `?types=follow,tip&cursor=${nextCursor}`)).toHaveLength(1)
  expect((await alice.get(`/v1/notifications?cursor=${nextCursor}`)).body.code).toBe('invalid_cursor')
  for (const query of ['types=', 'types=sneeze', 'types=tip,', 'unread=yes'])
    expect([query, (await alice.get(`/v1/notifications?${query}`)).status]).toEqual([query, 422])

  await alice.post('/v1/notifications/read', { until: (await list(alice))[1]?.id })
  expect((await list(alice, '?unread=true')).map(({ kind }) => kind)).toEqual(['tip'])
  expect(await unread(alice)).toBe(1)
})

test('nobody is told of their own doing', async () => {
  const before = await unread(carol)
  const post = await carol.writes('Talking')
  await carol.writes('to myself', { replyTo: post.id })
  await carol.writes('about myself', { quoteOf: post.id })
  expect(await unread(carol)).toBe(before)
})

test('a follow that is taken back and made again is told once while it is unread', async () => {
  const dave = await person(app)
  const follow = () => bob.put(`/v1/members/${dave.id}/follow`)
  for (let i = 0; i < 3; i++) {
    await follow()
    await bob.delete(`/v1/members/${dave.id}/follow`)
  }
  const [told, ...more] = await list(dave)
  expect([told?.kind, more]).toEqual(['follow', []])
  await dave.post('/v1/notifications/read', { until: told?.id })
  await follow()
  expect(await unread(dave)).toBe(1)
})

test('an anonymous tip names nobody, not by being left out either when its payer is muted', async () => {
  const erin = await person(app)
  await erin.put(`/v1/members/${bob.id}/mute`)
  await pays(bob, '/v1/tips', { memberId: erin.id, amount: '1' })
  expect(await list(erin)).toEqual([])
  await pays(bob, '/v1/tips', { memberId: erin.id, amount: '1', anonymous: true })
  const [told] = await list(erin)
  expect(told).toMatchObject({ kind: 'tip', actor: null, body: { anonymous: true } })
  expect(JSON.stringify(told)).not.toContain(bob.id)
})

test('what somebody did who is muted or blocked since is out of sight while they are', async () => {
  const frank = await person(app)
  await bob.put(`/v1/members/${frank.id}/follow`)
  for (const what of ['mute', 'block']) {
    await frank.put(`/v1/members/${bob.id}/${what}`)
    expect([what, await list(frank), await unread(frank)]).toEqual([what, [], 0])
    await frank.delete(`/v1/members/${bob.id}/${what}`)
    expect([what, await unread(frank)]).toEqual([what, 1])
  }
})

test('preferences: a kind is off, or told of those I follow only', async () => {
  const grace = await person(app)
  const url = '/v1/notifications/preferences'
  const all = { inApp: true, from: 'everybody' }
  expect((await grace.get(url)).body.kinds.comment).toEqual(all)
  const kinds = { follow: { ...all, inApp: false }, comment: { ...all, from: 'following' } }
  for (let i = 0; i < 2; i++)
    expect((await grace.put(url, { kinds })).body.kinds).toMatchObject({ ...kinds, tip: all })
  const post = await grace.writes('Quietly')
  await bob.put(`/v1/members/${grace.id}/follow`)
  await bob.writes('not heard', { replyTo: post.id })
  expect(await list(grace)).toEqual([])
  await grace.put(`/v1/members/${bob.id}/follow`)
  await bob.writes('heard', { replyTo: post.id })
  expect(await list(grace)).toMatchObject([{ kind: 'comment', actor: { id: bob.id } }])
  for (const wrong of [{ withdrawal: all }, { tip: { inApp: true } }, { tip: { ...all, from: 'nobody' } }])
    expect((await grace.put(url, { kinds: wrong })).status).toBe(422)
})

test('an unlocked article and a subscription are told, and each later charge to who pays it', async () => {
  const heidi = await person(app)
  const article = { kind: 'article', title: 'Dear', text: 'and worth it', price: '1' }
  const { body: sold } = await heidi.post('/v1/posts', article)
  expect((await pays(bob, `/v1/posts/${sold.id}/unlock`)).status).toBeLessThan(300)
  expect(await newest(heidi)).toMatchObject({
    kind: 'unlock',
    ref: { id: sold.id },
    body: { amount: '0.975' },
  })
  const wish = { memberId: heidi.id, amount: '5', interval: 'month' }
  const { status, body } = await pays(bob, '/v1/subscriptions', wish)
  expect([status, body.code]).toEqual([201, undefined])
  const about = { kind: 'subscription', ref: { type: 'subscription', id: body.id } }
  expect(await newest(heidi)).toMatchObject({ ...about, actor: { id: bob.id }, body: { status: 'begun' } })
  await asOwner(database.adminUrl, `update subscriptions set next_at = now() where id = '${body.id}'`)
  await withTransaction(deps.db.pool, (tx) => chargeDue(tx, deps.rules))
  expect(await newest(bob)).toMatchObject({ ...about, actor: null, body: { status: 'renewed', amount: '5' } })
  await heidi.put(`/v1/members/${bob.id}/block`)
  await asOwner(database.adminUrl, `update subscriptions set next_at = now() where id = '${body.id}'`)
  await withTransaction(deps.db.pool, (tx) => chargeDue(tx, deps.rules))
  expect(await newest(bob)).toMatchObject({ ...about, body: { status: 'failed' } })
})

test('a page of a hundred takes as many statements as a page of one', async () => {
  const ivan = await person(app)
  const fans = await crowd(deps, 100)
  await asOwner(
    database.adminUrl,
    `insert into notifications (id, member_id, kind, ref_id, body, actor_id)
     select gen_random_uuid(), '${ivan.id}', 'follow', id, '{}', id from unnest('{${fans.join()}}'::uuid[]) as id`,
  )
  const statements = (limit: number) =>
    statementsOf(deps, async () => expect(await list(ivan, `?limit=${limit}`)).toHaveLength(limit))
  expect(await statements(100)).toBe(await statements(1))
})

test('who is mentioned is told, and an author whom a comment names is told once', async () => {
  const [alice, bob, carol] = [await person(app), await person(app), await person(app)]
  await carol.patch('/v1/me', { handle: 'carol_of_the_river' })
  const post = await alice.writes('Bread.')
  const text = `@carol_of_the_river @${alice.address}, look`
  const comment = await bob.writes(text, { replyTo: post.id })
  expect(await list(carol)).toMatchObject([
    { kind: 'mention', ref: { type: 'post', id: comment.id }, actor: { id: bob.id }, body: {} },
  ])
  expect(await list(alice)).toMatchObject([{ kind: 'comment', body: { of: post.id } }])
  await carol.put(`/v1/members/${bob.id}/mute`)
  await bob.writes(`@carol_of_the_river again`)
  expect(await list(carol)).toEqual([])
})
