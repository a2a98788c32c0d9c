import { newId, withTransaction } from '@rivulet/db'
import { revokeRole } from '@rivulet/economy'
import { expect, test } from 'vitest'
import { acts, withRole } from '../../test/moderators.ts'
import { type Answer, NOBODY, type Person, person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const { pool } = deps.db
const [mia, max, ada] = [
  await withRole(app, deps, 'moderator'),
  await withRole(app, deps, 'moderator'),
  await withRole(app, deps, 'admin'),
]
const [alice, bob] = [await person(app), await person(app)]

const refusal = ({ status, body }: Answer) => [status, body.code]
const appeals = (who: Person, actionId: string) =>
  who.post('/v1/appeals', { actionId, text: 'that was a quotation' })
const decides = (who: Person, appealId: string, decision: 'uphold' | 'overturn') =>
  who.post(`/v1/admin/appeals/${appealId}/decision`, { decision, reason: `so we ${decision}` })
const events = async (who: Person) =>
  (await who.get('/v1/notifications')).body.data.map((one: { body: { event: string } }) => one.body.event)

test('alice appeals against a removal; not mia who took it decides, but max, and the post is back at once', async () => {
  const post = await alice.writes('as Voltaire said')
  const { body: action } = await acts(mia, 'remove_post', { postId: post.id })
  expect(refusal(await appeals(bob, action.id))).toEqual([404, 'action_not_found'])
  const made = await appeals(alice, action.id)
  expect(made).toMatchObject({ status: 201, body: { decision: null, action: { id: action.id } } })
  expect(refusal(await appeals(alice, action.id))).toEqual([409, 'already_appealed'])

  const [open] = (await max.get('/v1/admin/appeals')).body.data
  expect(open).toMatchObject({
    ...{ id: made.body.id, takenBy: mia.id, text: 'that was a quotation', decidedBy: null },
    post: { text: 'as Voltaire said', state: 'removed' },
  })
  expect(refusal(await decides(mia, made.body.id, 'uphold'))).toEqual([403, 'four_eyes'])
  expect(refusal(await decides(alice, made.body.id, 'overturn'))).toEqual([403, 'forbidden'])
  const both = await Promise.all([max, ada].map((who) => decides(who, made.body.id, 'overturn')))
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
  expect((await bob.get(`/v1/posts/${post.id}`)).body.text).toBe('as Voltaire said')
  expect(await events(alice)).toEqual(['restore_post', 'appeal_overturned', 'remove_post'])
  const mine = (await alice.get('/v1/me/appeals')).body.data[0]
  expect(mine).toMatchObject({ decision: 'overturn', decisionReason: 'so we overturn' })
  // Who took the action, and who decided, is the moderators' affair.
  expect(JSON.stringify([mine, (await alice.get('/v1/notifications')).body])).not.toMatch(
    new RegExp([mia.id, max.id, ada.id].join('|')),
  )
  expect((await max.get('/v1/admin/appeals')).body.data).toEqual([])
  const acted = (await ada.get('/v1/admin/audit-log?limit=3')).body.data
  expect(acted.map((row: { act: string }) => row.act)).toEqual([
    ...['moderation.restore_post', 'appeal.overturn', 'moderation.remove_post'],
  ])
})

test('upheld, the action stands; overturned, a later suspension does', async () => {
  const { body: first } = await acts(mia, 'suspend', { memberId: bob.id })
  const { body: second } = await acts(mia, 'suspend', { memberId: bob.id }, { until: '2999-01-01T00:00:00Z' })
  const [one, two] = [(await appeals(bob, first.id)).body.id, (await appeals(bob, second.id)).body.id]
  const writes = () => bob.post('/v1/posts', { kind: 'note', text: 'again' })
  expect((await decides(max, one, 'overturn')).status).toBe(200)
  expect((await writes()).body).toMatchObject({ code: 'suspended', actionId: second.id })
  expect((await decides(max, two, 'uphold')).status).toBe(200)
  expect(refusal(await writes())).toEqual([403, 'suspended'])
  expect(refusal(await decides(ada, two, 'overturn'))).toEqual([409, 'already_decided'])
  await acts(max, 'lift_suspension', { memberId: bob.id })
  expect((await writes()).status).toBe(201)
  expect(await events(bob)).toEqual([
    ...['lift_suspension', 'appeal_upheld', 'appeal_overturned', 'suspend', 'suspend'],
  ])
})

test('a suspension that was wrong ends with the decision', async () => {
  const carol = await person(app)
  const { body: action } = await acts(mia, 'suspend', { memberId: carol.id })
  const { body } = await appeals(carol, action.id)
  await decides(max, body.id, 'overturn')
  expect((await carol.writes('here again')).id).toEqual(expect.any(String))
})

test('against what was no harm there is nothing to appeal, and what is not there is not decided', async () => {
  const dora = await person(app)
  await acts(mia, 'suspend', { memberId: dora.id })
  const { body: lifted } = await acts(max, 'lift_suspension', { memberId: dora.id })
  for (const id of [lifted.id, NOBODY, 'x'])
    expect(refusal(await appeals(dora, id))).toEqual([404, 'action_not_found'])
  for (const id of [NOBODY, 'x'])
    expect(refusal(await decides(max, id, 'uphold'))).toEqual([404, 'appeal_not_found'])
})

test('a moderator does not decide their own appeal, an admin may where they took the action', async () => {
  const { body: warned } = await acts(ada, 'warn', { memberId: mia.id })
  const { body } = await appeals(mia, warned.id)
  expect(refusal(await decides(mia, body.id, 'overturn'))).toEqual([403, 'forbidden'])
  expect((await decides(ada, body.id, 'uphold')).status).toBe(200)
})

test('lists of appeals and the audit log ask as many statements for a hundred as for one', async () => {
  const rows = Array.from({ length: 100 }, newId)
  await pool.query(
    `with action as (
       insert into moderation_actions (id, actor_id, kind, subject_type, subject_id, member_id, reason)
       select id, $2, 'warn', 'member', $3, $3, 'r' from unnest($1::uuid[]) a (id) returning id
     ), log as (
       insert into audit_log (id, actor_id, role, act, subject_type, subject_id)
       select id, $3, 'member', 'key.make', 'key', id from action
     )
     insert into appeals (id, action_id, member_id, text) select id, id, $3, 't' from action`,
    [rows, mia.id, alice.id],
  )
  for (const [who, url] of [
    [alice, '/v1/me/appeals'],
    [max, '/v1/admin/appeals'],
    [ada, '/v1/admin/audit-log'],
    [alice, '/v1/me/security-log'],
  ] as const) {
    const counts: number[] = []
    for (const limit of [1, 100])
      counts.push(
        await statementsOf(deps, async () => {
          expect((await who.get(`${url}?limit=${limit}`)).body.data).toHaveLength(limit)
        }),
      )
    expect([url, counts[1]]).toEqual([url, counts[0]])
  }
  expect((await ada.get(`/v1/admin/audit-log?actorId=${NOBODY}`)).body.data).toEqual([])
  expect(refusal(await ada.get('/v1/admin/audit-log?actorId=x'))).toEqual([404, 'member_not_found'])
  expect((await ada.get(`/v1/admin/audit-log?actorId=${mia.id}&limit=1`)).body.data).toMatchObject([
    { actorId: mia.id },
  ])
})

test('where nobody else could decide, who took the action does', async () => {
  await withTransaction(pool, async (tx) => {
    await revokeRole(tx, { member: max.id, role: 'moderator' })
    await revokeRole(tx, { member: ada.address.toLowerCase(), role: 'admin' })
  })
  const { body: action } = await acts(mia, 'warn', { memberId: alice.id })
  const { body } = await appeals(alice, action.id)
  expect((await decides(mia, body.id, 'uphold')).status).toBe(200)
})
