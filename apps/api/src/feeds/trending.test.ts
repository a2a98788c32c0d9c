import { withTransaction } from '@rivulet/db'
import { computeTrending, dueWindows, forgetSnapshots, type Window } from '@rivulet/economy'
import { expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { type Answer, call, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const { pool } = deps.db
const [alice, bob, carol, dave, erin, poor] = [
  ...[await person(app), await person(app), await person(app)],
  ...[await person(app), await person(app), await person(app)],
] as [Person, Person, Person, Person, Person, Person]
const crowd = [alice, bob, carol, dave, erin]
for (const member of crowd) await fund(deps, member.id, 'pledge', 1_000_000_000n)

const compute = (window: Window = '24h') => withTransaction(pool, (tx) => computeTrending(tx, window))
const texts = ({ body }: Answer): string[] => body.data.map((post: { text: string }) => post.text)
const trending = async (query = '') => texts(await call(app, 'GET', `/v1/feeds/trending${query}`))
/** So long ago is everything that was credited until now. */
const age = (by: string) =>
  pool.query(
    "update receipts set id = uuidv7(-$1::interval) where uuid_extract_timestamp(id) > now() - interval '1 minute'",
    [by],
  )

test('nothing before it was computed, and nothing that nobody paid for', async () => {
  expect(await trending()).toEqual([])
  const post = await alice.writes('liked by the poor')
  await poor.put(`/v1/posts/${post.id}/like`)
  await compute()
  expect(await trending()).toEqual([])
})

test('the number of members who paid decides, each once, and not how much they paid', async () => {
  const [two, one, three] = [
    await alice.writes('by two'),
    await alice.writes('by one, four times'),
    await bob.writes('by three'),
  ]
  for (const who of [carol, dave]) await who.put(`/v1/posts/${two.id}/like`)
  for (const who of [carol, dave, erin]) await who.put(`/v1/posts/${three.id}/like`)
  await carol.put(`/v1/posts/${one.id}/like`)
  await carol.put(`/v1/posts/${one.id}/repost`)
  await carol.post(`/v1/posts/${one.id}/reads`, { dwellMs: 60_000 })
  await carol.writes('a comment', { replyTo: one.id })
  await compute()
  expect(await trending()).toEqual(['by three', 'by two', 'by one, four times'])
  // A like that is taken back counts no more, and what is deleted is gone at once.
  for (const who of [dave, erin]) await who.delete(`/v1/posts/${three.id}/like`)
  await compute()
  expect((await trending()).slice(0, 1)).toEqual(['by two'])
  await alice.delete(`/v1/posts/${two.id}`)
  expect(await trending()).not.toContain('by two')
})

test('what is a quarter of the window old counts half, and what is older than the window not at all', async () => {
  const old = await alice.writes('three, six hours ago')
  for (const who of [carol, dave, erin]) await who.put(`/v1/posts/${old.id}/like`)
  await age('6 hours')
  const fresh = await bob.writes('two, now')
  for (const who of [carol, dave]) await who.put(`/v1/posts/${fresh.id}/like`)
  const { id } = await compute()
  const { rows } = await pool.query<{ text: string; members: number; score: number }>(
    `select p.text, members, score from trending join posts p on p.id = post_id
     where snapshot_id = $1 and post_id = any($2::uuid[]) order by rank`,
    [id, [old.id, fresh.id]],
  )
  expect(rows.map((row) => [row.text, row.members])).toEqual([
    ['two, now', 2],
    ['three, six hours ago', 3],
  ])
  expect(rows[0]!.score).toBeCloseTo(2, 1)
  expect(rows[1]!.score).toBeCloseTo(1.5, 1)
  await compute('1h')
  expect(await trending('?window=1h')).toEqual(['two, now'])
  await compute('7d')
  expect(await trending('?window=7d')).toContain('three, six hours ago')
  expect((await call(app, 'GET', '/v1/feeds/trending?window=2h')).body.errors[0].pointer).toBe('#/window')
})

test('pages are of one snapshot while it is replaced; an hour after that the cursor is none', async () => {
  await compute()
  const whole = await trending('?limit=100')
  expect(whole.length).toBeGreaterThan(2)
  const first = await call(app, 'GET', '/v1/feeds/trending?limit=1')
  const top = await erin.writes('suddenly on top')
  for (const who of crowd.slice(0, 4)) await who.put(`/v1/posts/${top.id}/like`)
  await compute()
  expect((await trending())[0]).toBe('suddenly on top')
  const next = `/v1/feeds/trending?limit=100&cursor=${first.body.nextCursor}`
  expect([...texts(first), ...texts(await call(app, 'GET', next))]).toEqual(whole)
  await pool.query(`update trending_snapshots set computed_at = now() - interval '61 minutes'`)
  await withTransaction(pool, forgetSnapshots)
  expect((await call(app, 'GET', next)).body.code).toBe('invalid_cursor')
  expect((await trending())[0]).toBe('suddenly on top')
})

test('whom the reader does not want to see is not there, nor who is suspended', async () => {
  const seen = async () => texts(await alice.get('/v1/feeds/trending')).includes('suddenly on top')
  expect(await seen()).toBe(true)
  for (const how of ['mute', 'block']) {
    await alice.put(`/v1/members/${erin.id}/${how}`)
    expect([how, await seen()]).toEqual([how, false])
    await alice.delete(`/v1/members/${erin.id}/${how}`)
  }
  await pool.query('update members set suspended_at = now() where id = $1', [erin.id])
  expect(await seen()).toBe(false)
  const { id } = await compute()
  const { rowCount } = await pool.query(
    'select from trending join posts p on p.id = post_id where snapshot_id = $1 and author_id = $2',
    [id, erin.id],
  )
  expect(rowCount).toBe(0)
})

test('a window is due when its snapshot is ten seconds old, or twenty times as old as it took', async () => {
  for (const window of ['1h', '24h', '7d'] as const) await compute(window)
  expect(await dueWindows(pool)).toEqual([])
  await pool.query(`update trending_snapshots set computed_at = computed_at - interval '11 seconds'`)
  expect(await dueWindows(pool)).toEqual(['1h', '24h', '7d'])
  await pool.query(`update trending_snapshots set took_ms = 1000 where "window" = '7d'`)
  expect(await dueWindows(pool)).toEqual(['1h', '24h'])
  // Two workers at once make one each, and readers have one of them.
  await Promise.all([compute('1h'), compute('1h')])
  expect(await dueWindows(pool)).toEqual(['24h'])
})
