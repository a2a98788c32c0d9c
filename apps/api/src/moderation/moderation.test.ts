import { withTransaction } from '@rivulet/db'
import { endSuspensions, revokeRole } from '@rivulet/economy'
import { expect, test } from 'vitest'
import { acts, withRole } from '../../test/moderators.ts'
import { balance, fund } from '../../test/money.ts'
import { type Answer, call, NOBODY, type Person, person } from '../../test/people.ts'
import { asOwner, world } from '../../test/world.ts'

const { app, deps, database } = await world({ MIN_WITHDRAWAL: '1' })
const [mia, max, ada] = [
  await withRole(app, deps, 'moderator'),
  await withRole(app, deps, 'moderator'),
  await withRole(app, deps, 'admin'),
]
const [alice, bob] = [await person(app), await person(app)]

const refusal = ({ status, body }: Answer) => [status, body.code]
const ids = (answer: Answer): string[] => answer.body.data.map((one: { id: string }) => one.id)
const audit = async () => (await ada.get('/v1/admin/audit-log?limit=100')).body.data
const told = async (who: Person) =>
  (await who.get('/v1/notifications?types=moderation')).body.data.map(
    (one: { body: { event: string } }) => one.body.event,
  )

test('bob reports a post of alice, mia removes it, and restores it: gone for all, then as it was', async () => {
  const post = await alice.writes('buy my coins')
  const comment = await bob.writes('no thanks', { replyTo: post.id })
  await fund(deps, bob.id, 'pledge', 1_000_000_000n)
  await bob.put(`/v1/posts/${post.id}/like`)
  const earned = await balance(deps, alice.id, 'pending')
  const before = await alice.get(`/v1/posts/${post.id}`)
  const posts = (await alice.get('/v1/me')).body.counts.posts
  const reported = await bob.post('/v1/reports', { postId: post.id, reason: 'spam' })
  expect([reported.status, reported.body.outcome]).toEqual([201, 'open'])

  const removed = await acts(mia, 'remove_post', { postId: post.id }, { reason: 'adverts' })
  expect(removed).toMatchObject({ status: 201, body: { memberId: alice.id, resolved: 1, until: null } })
  for (const read of [await bob.get(`/v1/posts/${post.id}`), await call(app, 'GET', `/v1/posts/${post.id}`)])
    expect(refusal(read)).toEqual([404, 'post_not_found'])
  expect((await alice.get(`/v1/posts/${post.id}`)).body).toMatchObject({
    ...{ code: 'post_removed', reason: 'adverts', actionId: removed.body.id },
    appeal: { method: 'POST', path: '/v1/appeals' },
  })
  for (const feed of ['/v1/feeds/latest', '/v1/feeds/home', `/v1/members/${alice.id}/posts`])
    expect(ids(await alice.get(feed))).not.toContain(post.id)
  expect(refusal(await bob.put(`/v1/posts/${post.id}/like`))).toEqual([404, 'post_not_found'])
  expect((await bob.get(`/v1/posts/${comment.id}`)).body.text).toBe('no thanks')
  expect((await alice.get('/v1/me')).body.counts.posts).toBe(posts - 1)
  expect((await bob.get('/v1/me/reports')).body.data[0].outcome).toBe('acted_upon')
  expect(earned).toBeGreaterThan(0n)
  expect(await balance(deps, alice.id, 'pending')).toBe(earned)
  expect(await told(alice)).toEqual(['remove_post'])

  expect((await acts(max, 'restore_post', { postId: post.id })).status).toBe(201)
  expect((await alice.get(`/v1/posts/${post.id}`)).body).toEqual(before.body)
  expect(ids(await bob.get('/v1/feeds/latest'))).toContain(post.id)
  expect((await alice.get('/v1/me')).body.counts.posts).toBe(posts)
  expect(await told(alice)).toEqual(['restore_post', 'remove_post'])
  const rows = (await audit()).filter((row: { subject: { id: string } }) => row.subject.id === post.id)
  expect(rows).toMatchObject([
    { act: 'moderation.restore_post', actorId: max.id, role: 'moderator', after: { removedBy: null } },
    {
      ...{ act: 'moderation.remove_post', actorId: mia.id, reason: 'adverts', requestId: expect.any(String) },
      ...{ before: { removedBy: null }, after: { removedBy: removed.body.id } },
    },
  ])
})

test('sent twice, and by two at once, an action has one effect, one row and one notification', async () => {
  const carol = await person(app)
  const post = await carol.writes('twice')
  const comment = await carol.writes('and a comment', { replyTo: post.id })
  const twice = [0, 1].map(() => acts(mia, 'warn', { memberId: carol.id }, {}, 'warn carol once'))
  const [first, again] = await Promise.all(twice)
  expect(again?.body).toEqual(first?.body)
  expect(refusal(await acts(mia, 'warn', { memberId: bob.id }, {}, 'warn carol once'))).toEqual([
    ...[422, 'idempotency_mismatch'],
  ])
  const both = await Promise.all([mia, max].map((who) => acts(who, 'remove_post', { postId: comment.id })))
  expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409])
  expect(both.find(({ status }) => status === 409)?.body.code).toBe('nothing_to_do')
  expect(await told(carol)).toEqual(['remove_post', 'warn'])
  expect((await carol.get(`/v1/posts/${post.id}`)).body.counts.comments).toBe(0)
  const rows = (await audit()).filter((row: { subject: { id: string } }) =>
    [carol.id, comment.id].includes(row.subject.id),
  )
  expect(rows).toHaveLength(2)
  await acts(mia, 'restore_post', { postId: comment.id })
  expect((await carol.get(`/v1/posts/${post.id}`)).body.counts.comments).toBe(1)
})

test('what was removed its author can still delete; then it is counted once, and nothing brings it back', async () => {
  const dora = await person(app)
  const post = await dora.writes('mine')
  const comment = await dora.writes('my comment', { replyTo: post.id })
  for (const { id } of [comment, post]) {
    await acts(mia, 'remove_post', { postId: id })
    expect(refusal(await bob.delete(`/v1/posts/${id}`))).toEqual([404, 'post_not_found'])
    expect((await dora.delete(`/v1/posts/${id}`)).status).toBe(204)
    expect(refusal(await dora.get(`/v1/posts/${id}`))).toEqual([404, 'post_not_found'])
    expect(refusal(await acts(mia, 'restore_post', { postId: id }))).toEqual([409, 'nothing_to_do'])
  }
  expect((await dora.get('/v1/me')).body.counts.posts).toBe(0)
  const { rows } = await deps.db.pool.query(
    'select text, comments_count as comments from posts where author_id = $1',
    [dora.id],
  )
  expect(rows).toEqual([
    { text: '', comments: 0 },
    { text: '', comments: 0 },
  ])
})

test('a comment that was removed keeps its credit, also when its author deletes another one', async () => {
  const [eve, fred] = [await person(app), await person(app)]
  await fund(deps, fred.id, 'pledge', 1_000_000_000n)
  const post = await eve.writes('talk to me')
  const rude = await fred.writes('rude', { replyTo: post.id })
  const kind = await fred.writes('kind', { replyTo: post.id })
  const earned = await balance(deps, eve.id, 'pending')
  expect(earned).toBeGreaterThan(0n)
  await acts(mia, 'remove_post', { postId: rude.id })
  await fred.delete(`/v1/posts/${kind.id}`)
  expect(await balance(deps, eve.id, 'pending')).toBe(earned)
  await fred.delete(`/v1/posts/${rude.id}`)
  expect(await balance(deps, eve.id, 'pending')).toBe(0n)
})

test('the suspended does and earns nothing, is told why, and the whole way out stays open', async () => {
  const gina = await person(app)
  await fund(deps, gina.id, 'available', 5_000_000_000n)
  const [post, bobs] = [await gina.writes('before'), await bob.writes('to be liked')]
  const until = new Date(Date.now() + 86_400_000).toISOString()
  const suspended = await acts(mia, 'suspend', { memberId: gina.id }, { until, reason: 'spam, spam' })
  expect(suspended).toMatchObject({ status: 201, body: { until } })

  const key = { 'idempotency-key': 'gina' }
  const refused = {
    publish: await gina.post('/v1/posts', { kind: 'note', text: 'still here' }),
    like: await gina.put(`/v1/posts/${bobs.id}/like`),
    profile: await gina.patch('/v1/me', { bio: 'buy my coins' }),
    follow: await gina.put(`/v1/members/${bob.id}/follow`),
    tip: await gina.post('/v1/tips', { memberId: bob.id, amount: '0.5', message: 'hi' }, key),
  }
  for (const [what, answer] of Object.entries(refused))
    expect([what, answer.status, answer.body]).toEqual([
      what,
      403,
      expect.objectContaining({
        ...{ code: 'suspended', reason: 'spam, spam', until, actionId: suspended.body.id },
        appeal: { method: 'POST', path: '/v1/appeals' },
      }),
    ])
  // To whom would tip her no more is told than that she is.
  await fund(deps, bob.id, 'available', 1_000_000_000n)
  const tip = await bob.post(
    '/v1/tips',
    { memberId: gina.id, amount: '0.5' },
    { 'idempotency-key': 'to gina' },
  )
  expect([tip.body.code, tip.body.reason, tip.body.until]).toEqual(['suspended', undefined, undefined])
  const pending = await balance(deps, gina.id, 'pending')
  await bob.put(`/v1/posts/${post.id}/like`)
  expect(await balance(deps, gina.id, 'pending')).toBe(pending)

  expect((await gina.get('/v1/feeds/latest')).status).toBe(200)
  expect((await gina.get('/v1/wallet')).body.available).toBe('5')
  expect((await gina.get('/v1/me/exit-secret')).status).toBe(200)
  const asks = (amount: string, name: string) =>
    gina.post('/v1/wallet/withdrawals', { amount }, { 'idempotency-key': name })
  const [first, second] = [await asks('2', 'a'), await asks('3', 'b')]
  expect([first.status, second.status]).toEqual([202, 202])
  expect((await gina.delete(`/v1/wallet/withdrawals/${first.body.id}`)).status).toBe(200)
  expect((await gina.get('/v1/wallet')).body).toMatchObject({ available: '2', withdrawing: '3' })
  const appealed = await gina.post('/v1/appeals', { actionId: suspended.body.id, text: 'it was a joke' })
  expect(appealed.status).toBe(201)

  await acts(max, 'lift_suspension', { memberId: gina.id })
  expect((await gina.put(`/v1/posts/${bobs.id}/like`)).status).toBe(200)
  expect((await gina.put(`/v1/members/${bob.id}/follow`)).status).toBe(204)
  expect((await gina.writes('back')).id).toEqual(expect.any(String))
})

test('a suspension ends when its time has come, once, and its member is told', async () => {
  const hugo = await person(app)
  const until = (ms: number) => ({ until: new Date(Date.now() + ms).toISOString() })
  await acts(mia, 'suspend', { memberId: hugo.id }, until(3_600_000))
  const day = until(86_400_000)
  expect((await acts(mia, 'suspend', { memberId: hugo.id }, day)).status).toBe(201)
  expect(refusal(await acts(max, 'suspend', { memberId: hugo.id }, day))).toEqual([409, 'nothing_to_do'])
  const { pool } = deps.db
  const ended = () =>
    Promise.all([0, 1].map(() => withTransaction(pool, (tx) => endSuspensions(tx, 100)))).then((done) =>
      done.reduce((sum, one) => sum + one, 0),
    )
  expect(await ended()).toBe(0)
  await asOwner(database.adminUrl, `update members set suspended_until = now() where id = '${hugo.id}'`)
  expect(await ended()).toBe(1)
  expect(await ended()).toBe(0)
  expect(await told(hugo)).toEqual(['suspension_ended', 'suspend', 'suspend'])
  await hugo.writes('back')
  expect((await audit())[0]).toMatchObject({ act: 'suspension.end', role: 'worker', actorId: null })
})

test('of two moderators who suspend each other at once, one does', async () => {
  const [one, two] = [await withRole(app, deps, 'moderator'), await withRole(app, deps, 'moderator')]
  const answers = await Promise.all([
    acts(one, 'suspend', { memberId: two.id }),
    acts(two, 'suspend', { memberId: one.id }),
  ])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 403])
  const loser = answers[0]?.status === 201 ? two : one
  expect(refusal(await loser.get('/v1/admin/reports'))).toEqual([403, 'forbidden'])
})

test('who may what: nobody without a role, no key, no moderator on an admin, nobody on themselves', async () => {
  for (const url of ['/v1/admin/reports', '/v1/admin/appeals', '/v1/admin/audit-log']) {
    expect(refusal(await call(app, 'GET', url))).toEqual([401, 'unauthenticated'])
    expect(refusal(await alice.get(url))).toEqual([403, 'forbidden'])
    expect((await ada.get(url)).status).toBe(200)
  }
  expect(refusal(await mia.get('/v1/admin/audit-log'))).toEqual([403, 'forbidden'])
  expect(refusal(await acts(alice, 'warn', { memberId: bob.id }))).toEqual([403, 'forbidden'])
  const made = await mia.post('/v1/keys', { name: 'bot', scopes: ['read', 'post', 'act', 'pay'] })
  const byKey = { authorization: `Bearer ${made.body.key}` }
  expect(refusal(await call(app, 'GET', '/v1/admin/reports', undefined, byKey))).toEqual([
    ...[403, 'insufficient_scope'],
  ])
  expect(refusal(await acts(mia, 'suspend', { memberId: ada.id }))).toEqual([403, 'forbidden'])
  expect(refusal(await acts(mia, 'warn', { memberId: mia.id }))).toEqual([403, 'forbidden'])
  expect(refusal(await acts(ada, 'warn', { memberId: ada.id }))).toEqual([403, 'forbidden'])
  const gone = await withRole(app, deps, 'moderator')
  await withTransaction(deps.db.pool, (tx) => revokeRole(tx, { member: gone.id, role: 'moderator' }))
  expect(refusal(await gone.get('/v1/admin/reports'))).toEqual([403, 'forbidden'])
})

test('what cannot be meant is refused, says why, and leaves nothing behind', async () => {
  const post = await alice.writes('fine')
  const rows = (await audit()).length
  expect(await acts(mia, 'suspend', { postId: post.id })).toMatchObject({ status: 422 })
  expect(await acts(mia, 'remove_post', { memberId: bob.id })).toMatchObject({ status: 422 })
  const over = await acts(mia, 'suspend', { memberId: bob.id }, { until: '2020-01-01T00:00:00Z' })
  expect([over.status, over.body.errors]).toEqual([
    422,
    [{ pointer: '#/until', detail: 'until: must be ahead' }],
  ])
  expect(await acts(mia, 'warn', { memberId: bob.id }, { until: '2999-01-01T00:00:00Z' })).toMatchObject({
    status: 422,
  })
  expect(refusal(await acts(mia, 'warn', { memberId: NOBODY }))).toEqual([404, 'member_not_found'])
  expect(refusal(await acts(mia, 'warn', { postId: NOBODY }))).toEqual([404, 'post_not_found'])
  expect(refusal(await acts(mia, 'lift_suspension', { memberId: bob.id }))).toEqual([409, 'nothing_to_do'])
  expect(refusal(await acts(mia, 'restore_post', { postId: post.id }))).toEqual([409, 'nothing_to_do'])
  expect(refusal(await acts(mia, 'dismiss', { postId: post.id }))).toEqual([409, 'nothing_to_do'])
  expect(refusal(await acts(mia, 'warn', { postId: post.id }, { reportIds: [post.id] }))).toEqual([
    ...[404, 'report_not_found'],
  ])
  expect(await audit()).toHaveLength(rows)
})

test('the audit log is only ever added to, also by the role of the app', async () => {
  for (const sql of ['update audit_log set reason = null', 'delete from audit_log', 'truncate audit_log'])
    for (const run of [() => deps.db.pool.query(sql), () => asOwner(database.adminUrl, sql)])
      await expect(run()).rejects.toMatchObject({ code: '42501' })
  expect((await audit()).length).toBeGreaterThan(0)
})
