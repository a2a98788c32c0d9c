import { idAt, newId, type Pool, withTransaction } from '@rivulet/db'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openTown } from '../../test/town.ts'
import { prefer } from './preferences.ts'
import { markRead, notificationsOf, unreadCount } from './store.ts'
import { tellReactions } from './tell-reactions.ts'

const town = await openTown()
afterAll(() => town.close())

// Of each test its own: what was liked a moment ago is looked at again, also when the next test has begun.
let post: string
let [author, fan]: [string, string] = ['', '']
let others: [string, string, string]
beforeEach(async () => {
  const people = await Promise.all(Array.from({ length: 5 }, () => town.member()))
  ;[author, fan, ...others] = people as [string, string, string, string, string]
  post = await town.post(author)
})

const tell = (limit = 1_000, pool: Pool = town.pool) =>
  withTransaction(pool, (tx) => tellReactions(tx, { limit }))

type Seen = { kind: string; post: string; count: number; actors: string[] }
async function told(memberId = author): Promise<Seen[]> {
  const all = await notificationsOf(town.pool, memberId, { take: 100 })
  return all.map(({ kind, refId, body }) => {
    const { count, actors } = body as { count: number; actors: { id: string }[] }
    return { kind, post: refId, count, actors: actors.map(({ id }) => id) }
  })
}
const like = (count: number, ...actors: string[]): Seen => ({ kind: 'like', post, count, actors })
const readAll = () => markRead(town.pool, { memberId: author, until: newId() })

/** All that was told is counted, once: what is counted in a group is as many as it says. */
async function isCounted(): Promise<boolean> {
  const { rows } = await town.pool.query<{ right: boolean }>(
    `select coalesce(bool_and(n.count = (select count(*) from told_reactions t where t.group_id = n.group_id)), true) as right
     from notifications n where n.group_id is not null and n.read_at is null`,
  )
  return rows[0]!.right
}

test('what many like is told once, the newest three of them by name; when it was read, the next begins another', async () => {
  for (const who of [fan, ...others]) await town.like(who, post)
  const other = await town.post(author)
  await town.like(fan, other)
  await town.repost(fan, post)
  await tell()
  const named = others.toReversed()
  expect(await told()).toEqual(
    expect.arrayContaining([
      like(4, ...named),
      { kind: 'like', post: other, count: 1, actors: [fan] },
      { kind: 'repost', post, count: 1, actors: [fan] },
    ]),
  )
  expect(await told()).toHaveLength(3)
  expect(await unreadCount(town.pool, author)).toBe(3)

  await readAll()
  await tell()
  expect(await unreadCount(town.pool, author)).toBe(0)
  const late = await town.member()
  await town.like(late, post)
  await tell()
  expect((await told())[0]).toEqual(like(1, late))
  expect(await told()).toHaveLength(4)
})

test('a group that grows moves to the top, with another id; one that was read up to the old id stays unread', async () => {
  await town.like(fan, post)
  await tell()
  await town.like(fan, await town.post(author))
  await tell()
  const [newest, older] = await notificationsOf(town.pool, author, { take: 10 })
  await town.like(others[0], post)
  await tell()
  const [moved, ...rest] = await notificationsOf(town.pool, author, { take: 10 })
  expect(rest).toEqual([newest])
  expect(moved).toMatchObject({ kind: 'like', refId: post, body: { count: 2 }, readAt: null })
  expect(moved!.id > newest!.id && moved!.id !== older!.id).toBe(true)
  expect(moved!.createdAt >= newest!.createdAt).toBe(true)

  await markRead(town.pool, { memberId: author, until: newest!.id })
  expect((await told()).length).toBe(2)
  expect(await unreadCount(town.pool, author)).toBe(1)
})

test('a like taken back is no longer counted, a group with none left is gone, and one made again is back', async () => {
  for (const who of [fan, ...others]) await town.like(who, post)
  await tell()
  await town.like(others[2], post, false)
  await tell()
  expect(await told()).toEqual([like(3, others[1], others[0], fan)])
  for (const who of [fan, others[0], others[1]]) await town.like(who, post, false)
  await tell()
  expect(await told()).toEqual([])
  await town.like(fan, post)
  await town.like(fan, post, false)
  await town.like(fan, post)
  await tell()
  expect(await told()).toEqual([like(1, fan)])

  // Read, it says what it said.
  await readAll()
  await town.like(fan, post, false)
  await tell()
  expect(await told()).toEqual([like(1, fan)])
  await town.like(fan, post)
  await tell()
  expect(await told()).toEqual([like(1, fan), like(1, fan)])
  expect(await isCounted()).toBe(true)
})

test('nothing is told of own likes, of readings and comments, of deleted posts and members, or what is not wished', async () => {
  await town.like(author, post)
  await town.like(fan, post, true, 'read')
  await town.like(fan, post, true, 'comment')
  const gone = await town.post(author)
  await town.like(fan, gone)
  await town.pool.query('update posts set deleted_at = now() where id = $1', [gone])
  const left = await town.member()
  await town.like(left, post)
  await town.pool.query('update members set deleted_at = now() where id = $1', [left])
  const mute = 'insert into mutes (muter_id, muted_id) values ($1, $2)'
  await town.pool.query(mute, [author, others[0]])
  await town.like(others[0], post)
  await town.like(others[1], post)
  await town.block(author, others[1])
  await prefer(town.pool, { memberId: author, kinds: { repost: { inApp: false, from: 'everybody' } } })
  await town.repost(fan, post)
  await prefer(town.pool, { memberId: author, kinds: { like: { inApp: true, from: 'following' } } })
  await town.like(fan, post)
  await town.like(others[2], post)
  await town.pool.query('insert into follows (follower_id, followee_id) values ($1, $2)', [author, others[2]])
  await tell()
  expect(await told()).toEqual([like(1, others[2])])
})

test('who is muted since is not named or counted while they are, and a group of nobody else is out of sight', async () => {
  await town.like(fan, post)
  await town.like(others[0], post)
  const other = await town.post(author)
  await town.like(fan, other)
  await tell()
  await town.pool.query('insert into mutes (muter_id, muted_id) values ($1, $2)', [author, fan])
  expect(await told()).toEqual([like(1, others[0])])
  expect(await unreadCount(town.pool, author)).toBe(1)
  await town.pool.query('delete from mutes')
  expect(await told()).toHaveLength(2)
  expect(await unreadCount(town.pool, author)).toBe(2)
})

test('a like that is committed late, with an id of before the others, is told when it has settled', async () => {
  await tell()
  // So much has passed: the position is where it would be a quarter of an hour ago.
  const ago = (minutes: number) => idAt(Date.now() - minutes * 60_000)
  await town.pool.query('update reaction_position set settled_to = $1, settled_until = $1', [ago(15)])
  const late = await town.pool.connect()
  await late.query('begin')
  const insert = `insert into interactions (id, actor_id, post_id, kind, period) values ($1, $2, $3, 'like', 0)`
  await late.query(insert, [ago(10), fan, post])
  await town.pool.query(insert, [ago(10), others[0], post])
  await town.pool.query(
    `update reaction_position set mark_at = now() - interval '5 minutes', mark_xid = pg_current_xact_id()`,
  )
  await town.like(others[1], post)
  for (let i = 0; i < 3; i++) await tell()
  // What is under way holds the second look back, for however long.
  expect(await told()).toEqual([like(1, others[1])])
  await late.query('commit')
  late.release()
  // A transaction of any other database of the cluster holds it back too.
  const toldNow = async () => {
    await tell()
    return (await told())[0]
  }
  await expect.poll(toldNow, { timeout: 20_000, interval: 10 }).toMatchObject({ count: 3 })
  await readAll()
  for (let i = 0; i < 3; i++) await tell()
  expect(await unreadCount(town.pool, author)).toBe(0)
})

test('a position of another database, whose transactions had come further, goes on from here', async () => {
  await town.pool.query(
    `update reaction_position set mark_xid = '999999999999', mark_at = now() - interval '1 day'`,
  )
  await tell()
  const { rows } = await town.pool.query(
    'select mark_xid < pg_current_xact_id() as here from reaction_position',
  )
  expect(rows).toEqual([{ here: true }])
})

test('in steps of any size, by several at once and over and over, each like is counted once', async () => {
  const fans = await Promise.all(Array.from({ length: 40 }, () => town.member()))
  const posts = [post, await town.post(author), await town.post(fan)]
  await town.act(
    ...fans.flatMap((actorId) =>
      posts.map((postId) => ({ actorId, postId, kind: 'like' as const, on: true })),
    ),
  )
  const answers = await Promise.all(Array.from({ length: 8 }, () => tell(7)))
  expect(answers.filter((answer) => answer === undefined).length).toBeLessThan(8)
  for (;;) if ((await tell(7))?.done) break
  for (let i = 0; i < 3; i++) await tell()
  const counts = [...(await told()), ...(await told(fan))].map(({ count }) => count)
  expect(counts).toEqual([40, 40, 40])
  expect(await isCounted()).toBe(true)
})

test('a webhook is sent one delivery when a group begins, as the list shows it, and none when it grows', async () => {
  await town.pool.query(
    `insert into webhooks (id, member_id, url, host) values ($1, $2, 'https://a.example.com/', 'a.example.com')`,
    [newId(), author],
  )
  await town.like(fan, post)
  await town.like(others[0], post)
  await tell()
  const [listed] = await notificationsOf(town.pool, author, { take: 1 })
  await town.like(others[1], post)
  await tell()
  const { rows } = await town.pool.query<{ type: string; body: string }>(
    'select type, body from webhook_deliveries',
  )
  expect(rows.map(({ type }) => type)).toEqual(['notification.like'])
  const { data } = JSON.parse(rows[0]!.body)
  expect(data).toMatchObject({
    id: listed!.id,
    kind: 'like',
    ref: { type: 'post', id: post },
    body: listed!.body,
  })
  expect(data).toMatchObject({ actor: { id: others[0] }, createdAt: listed!.createdAt.toISOString() })
})

test('a hundred posts take as many statements as one', async () => {
  const statementsFor = async (posts: number) => {
    await tell()
    for (let i = 0; i < posts; i++) await town.like(fan, await town.post(author))
    return withTransaction(town.pool, async (tx) => {
      let statements = 0
      const query = (...args: Parameters<typeof tx.query>) => {
        statements++
        return tx.query(...args)
      }
      await tellReactions({ query } as typeof tx, { limit: 1_000 })
      return statements
    })
  }
  expect(await statementsFor(100)).toBe(await statementsFor(1))
})

test('a burst of likes on one post is told in steps of bounded size, as one notification', async () => {
  await tell(10_000)
  const burst = process.env.LONG ? 100_000 : 3_000
  await town.pool.query(
    `with fans as (
       insert into members (id, address, exit_secret)
       select uuidv7(), '0x' || lpad(to_hex(n + 1000000), 40, '0'), decode(repeat('00', 32), 'hex')
       from generate_series(1, $1::int) n returning id)
     insert into interactions (id, actor_id, post_id, kind, period) select uuidv7(), id, $2, 'like', 0 from fans`,
    [burst, post],
  )
  const limit = burst / 20
  const looked: number[] = []
  for (;;) {
    const step = await tell(limit)
    looked.push(step!.looked)
    if (step!.done) break
  }
  expect(looked.length).toBeGreaterThanOrEqual(20)
  expect(Math.max(...looked)).toBeLessThanOrEqual(2 * limit)
  expect(await told()).toMatchObject([{ kind: 'like', post, count: burst }])
  expect(await isCounted()).toBe(true)
})
