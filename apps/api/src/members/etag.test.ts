import { expect, test } from 'vitest'
import { call, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app } = await world()
const [alice, bob] = [await person(app), await person(app)]

const pages = [
  ['/v1/me', alice.get],
  [
    `/v1/members/${alice.id}`,
    (url: string, headers?: Record<string, string>) => call(app, 'GET', url, undefined, headers),
  ],
  [`/v1/members/${alice.address}`, bob.get],
] as const
const tagOf = async () => String((await alice.get('/v1/me')).headers.etag)

test.each(pages)('%s answers 304 to whom has it, until alice changes something', async (url, get) => {
  const first = await get(url)
  const etag = String(first.headers.etag)
  // Strong: quotes, and no W/.
  expect(etag).toMatch(/^"[\x21\x23-\x7e]+"$/)
  for (const has of [etag, `W/${etag}`, `"other", ${etag}`, `"a",,W/"b" , W/${etag}`, '*']) {
    const answer = await get(url, { 'if-none-match': has })
    expect([has, answer.status, answer.body, answer.headers.etag]).toEqual([has, 304, '', etag])
    expect(answer.headers['content-length'] ?? answer.headers['content-type']).toBeUndefined()
  }
  for (const has of [
    '"other"',
    etag.slice(1, -1),
    etag.toLowerCase() === etag ? '"x"' : etag.toLowerCase(),
    '',
    'W/*',
    ',',
  ]) {
    const answer = await get(url, { 'if-none-match': has })
    expect([has, answer.status, answer.body]).toEqual([has, 200, first.body])
  }
  const changed = await alice.patch('/v1/me', { bio: `${first.body.bio} and more` })
  const again = await get(url, { 'if-none-match': etag })
  expect([again.status, again.body.bio]).toEqual([200, changed.body.bio])
  expect(again.headers.etag).toBe(changed.headers.etag)
  expect(again.headers.etag).not.toBe(etag)
})

test('each thing she can change changes the tag, and what others do to her does not', async () => {
  const tags = [await tagOf()]
  for (const change of [
    { handle: 'alice' },
    { displayName: 'Alice' },
    { bio: 'Writes.' },
    { bio: 'Reads.' },
    { handle: null },
  ]) {
    expect((await alice.patch('/v1/me', change)).status).toBe(200)
    tags.push(await tagOf())
  }
  expect(new Set(tags).size).toBe(tags.length)
  await bob.put(`/v1/members/${alice.id}/follow`)
  await alice.writes('a post')
  expect(await tagOf()).toBe(tags.at(-1))
  // Bob's would be the same as hers, but for who he is.
  await Promise.all(
    [alice, bob].map((who) => who.patch('/v1/me', { displayName: 'Same', bio: 'same', handle: null })),
  )
  expect((await bob.get('/v1/me')).headers.etag).not.toBe(await tagOf())
})

test('with a stale If-Match nothing changes; with the right one, or none, all does', async () => {
  const stale = await tagOf()
  await alice.patch('/v1/me', { bio: 'newer' })
  for (const condition of [stale, `W/${await tagOf()}`, 'no tag', '', `"x", ${stale}`]) {
    const refused = await alice.patch(
      '/v1/me',
      { bio: 'from an old page', displayName: 'Old' },
      { 'if-match': condition },
    )
    expect([condition, refused.status, refused.body.code]).toEqual([condition, 412, 'precondition_failed'])
  }
  expect((await alice.get('/v1/me')).body).toMatchObject({ bio: 'newer', displayName: 'Same' })
  for (const [i, condition] of [await tagOf(), '*', undefined].entries()) {
    const headers = condition === undefined ? {} : { 'if-match': condition }
    expect((await alice.patch('/v1/me', { bio: `change ${i}` }, headers)).body.bio).toBe(`change ${i}`)
  }
  const listed = await alice.patch('/v1/me', { bio: 'listed' }, { 'if-match': `${stale}, ${await tagOf()}` })
  expect(listed.status).toBe(200)
})

test('of ten changes of the same page at once one wins, and it is the one that is there', async () => {
  for (let round = 0; round < 5; round++) {
    const etag = await tagOf()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        alice.patch('/v1/me', { bio: `${round}/${i}` }, { 'if-match': etag }),
      ),
    )
    const won = answers.filter(({ status }) => status === 200)
    expect([won.length, answers.filter(({ status }) => status === 412).length]).toEqual([1, 9])
    expect((await alice.get('/v1/me')).body.bio).toBe(won[0]!.body.bio)
  }
})

test('without If-Match two changes of different fields at once both stand', async () => {
  await Promise.all([alice.patch('/v1/me', { bio: 'one' }), alice.patch('/v1/me', { displayName: 'other' })])
  expect((await alice.get('/v1/me')).body).toMatchObject({ bio: 'one', displayName: 'other' })
})

test('a browser elsewhere may send and read what it takes', async () => {
  const preflight = await call(app, 'OPTIONS', '/v1/me', undefined, {
    origin: 'https://app.test',
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'if-match',
  })
  expect(preflight.headers['access-control-allow-headers']).toMatch(/if-match.*if-none-match/)
  const answer = await alice.get('/v1/me', { origin: 'https://app.test' })
  expect(answer.headers['access-control-expose-headers']).toContain('etag')
})
