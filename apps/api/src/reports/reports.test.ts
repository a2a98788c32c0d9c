import { newId } from '@rivulet/db'
import { expect, test } from 'vitest'
import { crowd } from '../../test/crowd.ts'
import { acts, withRole } from '../../test/moderators.ts'
import { type Answer, call, NOBODY, type Person, person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { world } from '../../test/world.ts'
import { REPORTS_A_DAY } from './report.ts'

const { app, deps } = await world()
const { pool } = deps.db
const mia = await withRole(app, deps, 'moderator')
const [alice, bob, carol] = [await person(app), await person(app), await person(app)]

const refusal = ({ status, body }: Answer) => [status, body.code]
const reports = (who: Person, about: object, more: object = {}) =>
  who.post('/v1/reports', { reason: 'harassment', ...about, ...more })

/** All pages of a list, and how many items each had. */
async function pages(who: Person, url: string, limit: number) {
  const data: Answer['body'][] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await who.get(`${url}limit=${limit}${cursor && `&cursor=${cursor}`}`)
    data.push(...body.data)
    cursor = body.nextCursor
  }
  return data
}

test('a report is open once per reporter and subject, also when it is sent many times at once', async () => {
  const post = await alice.writes('you are all fools')
  const many = await Promise.all(
    Array.from({ length: 8 }, (_, i) => reports(bob, { postId: post.id }, { text: `words ${i}` })),
  )
  expect(new Set(many.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
  const another = await reports(carol, { postId: post.id })
  expect(another).toMatchObject({ status: 201, body: { text: null, outcome: 'open' } })
  expect(another.body.id).not.toBe(many[0]?.body.id)

  const [queued] = (await mia.get('/v1/admin/reports')).body.data
  expect(queued).toMatchObject({
    ...{ subject: { type: 'post', id: post.id }, memberId: alice.id, count: 2, suspended: false },
    post: { text: 'you are all fools', title: null, state: 'live' },
    reports: [{ reporterId: carol.id }, { reporterId: bob.id, reason: 'harassment' }],
  })
  const dismissed = await acts(mia, 'dismiss', { postId: post.id }, { reportIds: [another.body.id] })
  expect(dismissed.body.resolved).toBe(1)
  expect((await mia.get('/v1/admin/reports')).body.data[0].count).toBe(1)
  await acts(mia, 'dismiss', { postId: post.id })
  expect((await mia.get('/v1/admin/reports')).body.data).toEqual([])
  expect((await mia.get('/v1/admin/reports?status=resolved')).body.data[0]).toMatchObject({ count: 2 })
  expect((await bob.get('/v1/me/reports')).body.data).toMatchObject([{ outcome: 'dismissed' }])
  // Nobody is told that they were reported for nothing.
  expect((await alice.get('/v1/notifications')).body.data).toEqual([])
  // What was dismissed may be reported again.
  expect((await reports(bob, { postId: post.id })).body.id).not.toBe(many[0]?.body.id)
  await acts(mia, 'dismiss', { postId: post.id })
})

test('nobody reports themselves, or what is not there, or both at once', async () => {
  const own = await bob.writes('mine')
  expect(refusal(await reports(bob, { memberId: bob.id }))).toEqual([422, 'self_report'])
  expect(refusal(await reports(bob, { postId: own.id }))).toEqual([422, 'self_report'])
  expect(refusal(await reports(bob, { postId: NOBODY }))).toEqual([404, 'post_not_found'])
  expect(refusal(await reports(bob, { memberId: 'alice' }))).toEqual([404, 'member_not_found'])
  for (const wrong of [{}, { postId: own.id, memberId: alice.id }])
    expect(refusal(await reports(carol, wrong))).toEqual([422, 'validation_failed'])
  expect(refusal(await reports(carol, { memberId: bob.id }, { reason: 'boring' }))).toEqual([
    ...[422, 'validation_failed'],
  ])
  expect((await reports(carol, { memberId: bob.id }, { text: 'x'.repeat(2_001) })).status).toBe(422)
  expect((await call(app, 'POST', '/v1/reports', { memberId: bob.id, reason: 'spam' })).status).toBe(401)
})

test(`after ${REPORTS_A_DAY} in a day the next is refused, and the day after it is not`, async () => {
  const people = await crowd(deps, REPORTS_A_DAY + 1)
  const last = people.pop()
  const all = await Promise.all(people.map((memberId) => reports(alice, { memberId })))
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([201]))
  expect(refusal(await reports(alice, { memberId: last }))).toEqual([409, 'too_many_reports'])
  // One that is open already is none more.
  expect((await reports(alice, { memberId: people[0] })).status).toBe(201)
  await pool.query(`update reports set created_at = now() - interval '1 day' where reporter_id = $1`, [
    alice.id,
  ])
  expect((await reports(alice, { memberId: last })).status).toBe(201)
})

test('the queue and own reports are paged, each subject once, by as many statements for a hundred as for one', async () => {
  await pool.query('update reports set action_id = $1 where action_id is null', [newId()])
  const people = await crowd(deps, 100)
  const reporters = await crowd(deps, 2)
  // Everybody is reported by both, so the queue is in the order of the second's reports.
  for (const reporter of [reporters[0], carol.id])
    await pool.query(
      `insert into reports (id, reporter_id, subject_type, subject_id, reason)
       select new.id, $3, 'member', subject, 'spam' from unnest($1::uuid[], $2::uuid[]) new (id, subject)`,
      [people.map(newId).toSorted(), people, reporter],
    )
  const queue = await pages(mia, '/v1/admin/reports?', 30)
  expect(queue.map((one) => one.subject.id)).toEqual(people.toReversed())
  expect(new Set(queue.map((one) => one.count))).toEqual(new Set([2]))
  const own = await pages(carol, '/v1/me/reports?', 30)
  expect(own.slice(0, 100).map((one) => one.subject.id)).toEqual(people.toReversed())

  for (const [who, url] of [
    [mia, '/v1/admin/reports'],
    [carol, '/v1/me/reports'],
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
})

test('who pages while something is reported again sees it, and misses nothing', async () => {
  const [dora] = [await person(app)]
  const first = (await mia.get('/v1/admin/reports?limit=50')).body
  const later = (await pages(mia, '/v1/admin/reports?', 100)).at(-1)
  await reports(dora, { memberId: later.subject.id })
  const rest = (await mia.get(`/v1/admin/reports?limit=100&cursor=${first.nextCursor}`)).body.data
  expect([...first.data, ...rest].map((one) => one.subject.id)).toHaveLength(99)
  expect((await mia.get('/v1/admin/reports?limit=1')).body.data[0]).toMatchObject({
    ...{ subject: later.subject, count: 3 },
  })
  const foreign = (await mia.get('/v1/admin/reports?limit=1')).body.nextCursor
  expect(refusal(await mia.get(`/v1/admin/reports?status=resolved&cursor=${foreign}`))).toEqual([
    ...[400, 'invalid_cursor'],
  ])
})
