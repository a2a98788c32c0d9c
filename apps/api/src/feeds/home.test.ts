import { newId } from '@rivulet/db'
import { expect, test } from 'vitest'
import { type Answer, type Person, person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const { pool } = deps.db
const [alice, bob, carol, dave] = [await person(app), await person(app), await person(app), await person(app)]

/** People who never sign in, and whom somebody follows. */
async function followsSilent(who: Person, count: number): Promise<void> {
  const ids = Array.from({ length: count }, newId)
  await pool.query(
    `insert into members (id, address, exit_secret) select id, id::text, decode(repeat('00', 32), 'hex') from unnest($1::uuid[]) id`,
    [ids],
  )
  await pool.query(
    'insert into follows (follower_id, followee_id) select $1, id from unnest($2::uuid[]) id',
    [who.id, ids],
  )
  await pool.query('update members set following_count = following_count + $2 where id = $1', [who.id, count])
}

type Item = { text: string; via: { by: { id: string } } | null }
const shown = ({ body }: Answer) => body.data.map(({ text, via }: Item) => [text, via?.by.id ?? null])

async function readAll(who: Person, limit: number): Promise<unknown[]> {
  const read: unknown[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await who.get(`/v1/feeds/home?limit=${limit}${cursor && `&cursor=${cursor}`}`)
    read.push(...shown(answer))
    cursor = answer.body.nextCursor
  }
  return read
}

// Alice follows bob and carol, and not dave, whose posts bob shares.
const expected: [string, string | null][] = []
for (const followed of [bob, carol]) await alice.put(`/v1/members/${followed.id}/follow`)
for (let i = 0; i < 5; i++) {
  const post = await dave.writes(`dave ${i}`)
  for (const author of [bob, carol, alice]) {
    await author.writes(`${author.id} ${i}`)
    expected.unshift([`${author.id} ${i}`, null])
  }
  await bob.put(`/v1/posts/${post.id}/repost`)
  expected.unshift([`dave ${i}`, bob.id])
}

test('who follows few, who follows many, and who follows many that are silent: the same home', async () => {
  expect(await readAll(alice, 3)).toEqual(expected)

  await followsSilent(alice, 350)
  for (const limit of [1, 3, 19, 20, 100])
    expect([limit, await readAll(alice, limit)]).toEqual([limit, expected])
  await alice.put(`/v1/members/${carol.id}/mute`)
  expect(await readAll(alice, 4)).toEqual(expected.filter(([text]) => !text.startsWith(carol.id)))
  await alice.delete(`/v1/members/${carol.id}/mute`)

  // More than is looked through, by somebody alice does not follow: what is above and below it is in one order.
  await pool.query(
    `insert into posts (id, author_id, kind, text) select uuidv7(), $1, 'note', 'noise' from generate_series(1, 4100)`,
    [dave.id],
  )
  await bob.writes('above')
  expected.unshift(['above', null])
  for (const limit of [1, 7, 100]) expect([limit, await readAll(alice, limit)]).toEqual([limit, expected])
}, 60_000)

test('of many who write seldom and often, whichever page has the newest of all', async () => {
  const [erin, frank] = [await person(app), await person(app)]
  const authors = await Promise.all(Array.from({ length: 30 }, () => person(app)))
  for (const author of authors) await erin.put(`/v1/members/${author.id}/follow`)
  const wanted: [string, string | null][] = []
  // The nth of them at each nth turn, and now and then a repost of what somebody else wrote.
  for (let turn = 1; turn <= 40; turn++) {
    const [n, author] = [...authors.entries()][(turn * 7) % 30]!
    if (turn % 4 === 0) {
      const other = await frank.writes(`to be shared ${turn}`)
      await author.put(`/v1/posts/${other.id}/repost`)
      wanted.unshift([`to be shared ${turn}`, author.id])
    } else {
      await author.writes(`${n} at ${turn}`)
      wanted.unshift([`${n} at ${turn}`, null])
    }
  }
  for (const limit of [1, 2, 5, 29, 30, 100])
    expect([limit, await readAll(erin, limit)]).toEqual([limit, wanted])
}, 60_000)

test('it is two statements, however many one follows: the session, and the page; and the serving', async () => {
  const statements = (who: Person, limit: number) =>
    statementsOf(deps, async () => {
      expect((await who.get(`/v1/feeds/home?limit=${limit}`)).status).toBe(200)
    })
  expect([await statements(alice, 1), await statements(alice, 100), await statements(carol, 100)]).toEqual([
    3, 3, 3,
  ])
})

test('a page after a page while others publish: no item twice, none missing of those that were there', async () => {
  const before = await readAll(alice, 100)
  const read: unknown[] = []
  for (let cursor: string | null = '', n = 0; cursor !== null; n++) {
    const [answer]: [Answer, unknown] = await Promise.all([
      alice.get(`/v1/feeds/home?limit=3${cursor && `&cursor=${cursor}`}`),
      bob.writes(`meanwhile ${n}`),
    ])
    read.push(...shown(answer))
    cursor = answer.body.nextCursor
  }
  // One that was published with the first page may be on it.
  expect(read.filter((item) => !JSON.stringify(item).includes('meanwhile'))).toEqual(before)
  expect(new Set(read.map((item) => JSON.stringify(item))).size).toBe(read.length)
})
