import { expect, test, vi } from 'vitest'
import { type Answer, call, person } from '../../test/people.ts'
import { TEST_ENV, world } from '../../test/world.ts'

const { app, deps } = await world()
const alice = await person(app)
const bob = await person(app)
const carol = await person(app)

const texts = (answer: Answer): string[] => answer.body.data.map((post: { text: string }) => post.text)

/** Reads a list to its end, `limit` at a time, by the `Link` header. */
async function readAll(get: (url: string) => Promise<Answer>, url: string, limit: number): Promise<string[]> {
  const read: string[] = []
  let next: string | undefined = `${url}?limit=${limit}`
  while (next !== undefined) {
    const answer = await get(next)
    expect(answer.status).toBe(200)
    expect(answer.body.data.length).toBeLessThanOrEqual(limit)
    read.push(...texts(answer))
    const link = /^<(.*)>; rel="next"$/.exec(String(answer.headers.link ?? ''))?.[1]
    expect(link === undefined).toBe(answer.body.nextCursor === null)
    if (link !== undefined) expect(link.startsWith(TEST_ENV.PUBLIC_URL)).toBe(true)
    next = link?.slice(TEST_ENV.PUBLIC_URL.length)
    if (next !== undefined) expect(new URLSearchParams(next.split('?')[1]).get('limit')).toBe(String(limit))
  }
  return read
}

const anybody = (url: string) => call(app, 'GET', url)
const written: string[] = []
for (let i = 0; i < 9; i++) {
  const author = [alice, bob, carol][i % 3]!
  await author.writes(`${i}`)
  written.unshift(`${i}`)
}
await alice.writes('a comment', { replyTo: (await call(app, 'GET', '/v1/feeds/latest')).body.data[0].id })

test('latest: every top-level post, newest first, the same in pages of any size', async () => {
  for (const limit of [1, 2, 3, 8, 9, 10, 100])
    expect([limit, await readAll(anybody, '/v1/feeds/latest', limit)]).toEqual([limit, written])
  const first = (await anybody('/v1/feeds/latest')).body.data[0]
  expect(first).toMatchObject({ via: null, viewer: null, quoteOf: null, locked: false })
  expect((await alice.get('/v1/feeds/latest')).body.data[0].viewer).toEqual({ liked: false, reposted: false })
})

test('posts that appear or vanish while reading neither repeat nor hide others', async () => {
  const first = await anybody('/v1/feeds/latest?limit=4')
  const fresh = await bob.writes('fresh')
  const doomed = await bob.writes('doomed')
  await bob.delete(`/v1/posts/${doomed.id}`)
  const rest = await anybody(`/v1/feeds/latest?limit=100&cursor=${first.body.nextCursor}`)
  expect([...texts(first), ...texts(rest)]).toEqual(written)
  expect(texts(await anybody('/v1/feeds/latest?limit=1'))).toEqual(['fresh'])
  await bob.delete(`/v1/posts/${fresh.id}`)
})

test('home: my posts and those of whom I follow', async () => {
  const own = (n: number) => written.filter((text) => Number(text) % 3 === n)
  expect(await readAll(alice.get, '/v1/feeds/home', 2)).toEqual(own(0))
  await alice.put(`/v1/members/${bob.id}/follow`)
  expect(await readAll(alice.get, '/v1/feeds/home', 2)).toEqual(written.filter((t) => Number(t) % 3 !== 2))
  await alice.delete(`/v1/members/${bob.id}/follow`)
  expect(await readAll(alice.get, '/v1/feeds/home', 100)).toEqual(own(0))
  expect((await anybody('/v1/feeds/home')).status).toBe(401)
})

test("a member's posts, by any of their names", async () => {
  await carol.patch('/v1/me', { handle: 'carol' })
  const hers = written.filter((text) => Number(text) % 3 === 2)
  for (const name of [carol.id, 'carol', carol.address])
    expect(await readAll(anybody, `/v1/members/${name}/posts`, 2)).toEqual(hers)
  expect((await anybody('/v1/members/nobody/posts')).body.code).toBe('member_not_found')
})

test('comments in pages, oldest first', async () => {
  const post = await bob.writes('discuss')
  for (let i = 0; i < 5; i++) await carol.writes(`c${i}`, { replyTo: post.id })
  expect(await readAll(anybody, `/v1/posts/${post.id}/comments`, 2)).toEqual(['c0', 'c1', 'c2', 'c3', 'c4'])
  await bob.delete(`/v1/posts/${post.id}`)
})

test('a cursor is good for its own list and reader only', async () => {
  const ofLatest = (await anybody('/v1/feeds/latest?limit=1')).body.nextCursor
  const ofAlice = (await anybody(`/v1/members/${alice.id}/posts?limit=1`)).body.nextCursor
  const ofHome = (await alice.get('/v1/feeds/home?limit=1')).body.nextCursor
  const other = ofLatest[20] === 'A' ? 'B' : 'A'
  for (const [who, url, cursor] of [
    [alice, '/v1/feeds/home', ofLatest],
    [bob, '/v1/feeds/home', ofHome],
    [alice, '/v1/feeds/latest', ofHome],
    [alice, `/v1/members/${bob.id}/posts`, ofAlice],
    [alice, '/v1/feeds/latest', `${ofLatest.slice(0, 20)}${other}${ofLatest.slice(21)}`],
    [alice, '/v1/feeds/latest', `${ofLatest}A`],
    [alice, '/v1/feeds/latest', ofLatest.slice(0, -2)],
    [alice, '/v1/feeds/latest', 'AAAA'],
    [alice, '/v1/feeds/latest', ''],
    [alice, '/v1/feeds/latest', '%00'],
    [alice, '/v1/feeds/latest', '..%2F..'],
  ] as const) {
    const answer = await who.get(`${url}?cursor=${cursor}`)
    expect([url, cursor, answer.status, answer.body.code]).toEqual([url, cursor, 400, 'invalid_cursor'])
  }
})

test('a limit is 1 to 100', async () => {
  for (const limit of ['0', '101', '-1', '1.5', 'ten', '', 'NaN', '1e9', '1&limit=2']) {
    const answer = await anybody(`/v1/feeds/latest?limit=${limit}`)
    expect([limit, answer.status, answer.body.code]).toEqual([limit, 422, 'validation_failed'])
    expect(answer.body.errors[0].pointer).toBe('#/limit')
  }
  expect((await anybody('/v1/feeds/latest?page=2')).body.errors).toEqual([
    { pointer: '#/page', detail: 'unknown field' },
  ])
})

test('a page of a hundred takes as many statements as a page of one', async () => {
  const author = await person(app)
  for (let i = 0; i < 100; i++) await author.writes(`many ${i}`)
  const query = vi.spyOn(deps.db.pool, 'query')
  for (const url of ['/v1/feeds/latest', '/v1/feeds/home', `/v1/members/${author.id}/posts`]) {
    const statements = async (limit: number) => {
      query.mockClear()
      const answer = await author.get(`${url}?limit=${limit}`)
      expect(answer.body.data).toHaveLength(limit)
      return query.mock.calls.length
    }
    expect([url, await statements(100)]).toEqual([url, await statements(1)])
  }
  query.mockRestore()
})
