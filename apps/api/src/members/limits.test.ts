import { expect, test } from 'vitest'
import { crowd } from '../../test/crowd.ts'
import { type Answer, call, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const { pool } = deps.db
const statuses = (answers: Answer[]) => answers.map(({ status }) => status).sort()

/** 9,998 members, by no call. */
const strangers = `
  insert into members (id, address, exit_secret)
  select uuidv7(), '0x' || lpad(to_hex(n), 40, '0'), decode(repeat('00', 32), 'hex') from generate_series(1, 9998) n
  returning id`

/** Wishes for the same of six members at once, when there is room for two. */
async function two(who: Person, act: string, code: string) {
  const six = await crowd(deps, 6)
  const answers = await Promise.all(six.map((id) => who.put(`/v1/members/${id}/${act}`)))
  expect([act, ...statuses(answers)]).toEqual([act, 204, 204, 409, 409, 409, 409])
  const refused = answers.find(({ status }) => status === 409)!
  expect([refused.body.code, refused.body.detail]).toEqual([code, expect.stringContaining('10000')])
  const [within, beyond] = [204, 409].map((status) => six[answers.findIndex((a) => a.status === status)]!)
  // Again is nothing more, and when one is taken back there is room for another.
  expect((await who.put(`/v1/members/${within}/${act}`)).status).toBe(204)
  expect((await who.delete(`/v1/members/${within}/${act}`)).status).toBe(204)
  expect((await who.put(`/v1/members/${beyond}/${act}`)).status).toBe(204)
}

test('ten thousand follows, blocks and mutes are the most, however many come at once', async () => {
  const alice = await person(app)
  const { rows } = await pool.query<{ id: string }>(strangers)
  const ids = rows.map(({ id }) => id)
  for (const [table, one, other] of [
    ['follows', 'follower_id', 'followee_id'],
    ['blocks', 'blocker_id', 'blocked_id'],
    ['mutes', 'muter_id', 'muted_id'],
  ])
    await pool.query(
      `insert into ${table} (${one}, ${other}) select $2, id from unnest($1::uuid[]) new (id)`,
      [ids, alice.id],
    )
  await pool.query('update members set following_count = 9998 where id = $1', [alice.id])
  await two(alice, 'follow', 'too_many_follows')
  await two(alice, 'block', 'too_many_blocks')
  await two(alice, 'mute', 'too_many_mutes')
})

test('a member has a hundred sessions, and one more ends the oldest', async () => {
  const bob = await person(app)
  await pool.query(
    `insert into sessions (id, member_id, token_hash, expires_at)
     select uuidv7(), $1, sha256(convert_to('session ' || n, 'UTF8')), now() + interval '1 day' from generate_series(1, 98) n`,
    [bob.id],
  )
  const count = async () => (await pool.query('select from sessions where member_id = $1', [bob.id])).rowCount
  const again = () => person(app, bob.wallet as Parameters<typeof person>[1])
  await again()
  expect(await count()).toBe(100)
  expect((await bob.get('/v1/me')).status).toBe(200)

  const newest = await Promise.all([again(), again(), again()])
  expect(await count()).toBe(100)
  expect((await bob.get('/v1/me')).status).toBe(401)
  for (const session of newest) expect((await session.get('/v1/me')).status).toBe(200)
  // Nobody else's ended.
  expect((await call(app, 'GET', `/v1/members/${bob.id}`)).status).toBe(200)
})

test('two thousand posts in a day are the most, and the next day there is room again', async () => {
  const [carol, dave] = [await person(app), await person(app)]
  const publish = (who: Person) => who.post('/v1/posts', { kind: 'note', text: 'again' })
  const seed = (age: string, size: number) =>
    pool.query(
      `insert into posts (id, author_id, kind, text, deleted_at)
       select uuidv7($2::interval), $1, 'note', '', now() from generate_series(1, $3::int)`,
      [carol.id, age, size],
    )
  await seed('-25 hours', 100)
  await seed('-23 hours', 1_999)
  expect((await publish(carol)).status).toBe(201)
  const refused = await publish(carol)
  expect([refused.status, refused.body.code]).toEqual([409, 'too_many_posts'])
  expect(refused.body.detail).toContain('2000')
  expect((await publish(dave)).status).toBe(201)
  await pool.query('update posts set id = uuidv7(interval $$-25 hours$$) where author_id = $1', [carol.id])
  expect((await publish(carol)).status).toBe(201)
})
