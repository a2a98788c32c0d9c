import { expect, test } from 'vitest'
import { balance, fund } from '../../test/money.ts'
import { call, NOBODY, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const alice = await person(app)
const bob = await person(app)
const carol = await person(app)
await alice.patch('/v1/me', { handle: 'alice', displayName: 'Alice' })

/** What a comment pays by default: 0.001, in nano. */
const COMMENT = 1_000_000n

test('a note is published and read by anybody, with every field there is', async () => {
  const published = await alice.post('/v1/posts', { kind: 'note', text: 'hello 🌊', tags: ['water', 'fluß'] })
  expect(published.status).toBe(201)
  const { id } = published.body
  expect(published.headers.location).toBe(`/v1/posts/${id}`)
  const post = {
    id,
    kind: 'note',
    author: { id: alice.id, handle: 'alice', displayName: 'Alice', address: alice.address },
    text: 'hello 🌊',
    title: null,
    replyTo: null,
    quoteOf: null,
    tags: ['water', 'fluß'],
    splits: [],
    price: null,
    locked: false,
    createdAt: expect.stringMatching(/Z$/),
    mentions: [],
    revision: 1,
    editedAt: null,
    deleted: false,
    counts: { likes: 0, comments: 0, reposts: 0 },
    earned: '0',
    signed: null,
  }
  expect(published.body).toEqual({ ...post, viewer: { liked: false, reposted: false } })
  expect((await call(app, 'GET', `/v1/posts/${id}`)).body).toEqual({ ...post, viewer: null })
  expect(Math.abs(Date.parse(published.body.createdAt) - Date.now())).toBeLessThan(60_000)
  expect((await alice.get('/v1/me')).body.counts.posts).toBe(1)
})

test('an article has a title and is long', async () => {
  const text = 'ä'.repeat(50_000)
  const published = await alice.post('/v1/posts', { kind: 'article', title: 'On rivers', text })
  expect(published.status).toBe(201)
  expect(published.body).toMatchObject({ kind: 'article', title: 'On rivers', text })
  expect((await alice.post('/v1/posts', { kind: 'article', text: 'untitled' })).body.title).toBeNull()
})

test('texts of every length are taken or refused by characters, not bytes', async () => {
  for (const [kind, length, status] of [
    ['note', 1, 201],
    ['note', 10_000, 201],
    ['note', 10_001, 422],
    ['note', 100_000, 422],
    ['article', 50_001, 422],
    ['note', 0, 422],
  ] as const) {
    const answer = await alice.post('/v1/posts', { kind, text: '🌊'.repeat(length) })
    expect([kind, length, answer.status]).toEqual([kind, length, status])
    if (status === 422) {
      expect(answer.body.errors).toEqual([
        { pointer: '#/text', detail: expect.stringContaining('characters') },
      ])
      expect(answer.body.detail).toContain(kind === 'note' ? '10000' : '50000')
    }
  }
})

test('what is not a post is refused, and nothing of it is kept', async () => {
  const before = (await alice.get('/v1/me')).body
  for (const [pointer, body] of [
    ['#/text', { kind: 'note', text: 'a\u0000b' }],
    ['#/text', '{"kind":"note","text":"\\ud83d"}'],
    ['#/text', '{"kind":"note","text":"\\ude00\\ud83d"}'],
    ['#/text', { kind: 'note', text: ' \n\t ' }],
    ['#/text', { kind: 'note', text: 5 }],
    ['#/text', { kind: 'note' }],
    ['#/kind', { text: 'x' }],
    ['#/kind', { kind: 'poem', text: 'x' }],
    ['#/title', { kind: 'note', text: 'x', title: 'notes have none' }],
    ['#/title', { kind: 'article', text: 'x', title: 'x'.repeat(201) }],
    ['#/title', { kind: 'article', text: 'x', title: '\u0000' }],
    ['#/tags', { kind: 'note', text: 'x', tags: Array(11).fill('a') }],
    ['#/tags/1', { kind: 'note', text: 'x', tags: ['a', 'b c'] }],
    ['#/tags/0', { kind: 'note', text: 'x', tags: ['\u0000'] }],
    ['#/tags/0', { kind: 'note', text: 'x', tags: ['t'.repeat(51)] }],
    ['#/colour', { kind: 'note', text: 'x', colour: 'blue' }],
    ['#/splits/0/bps', { kind: 'note', text: 'x', splits: [{ memberId: NOBODY, bps: 0.5 }] }],
    ['#/splits/0/share', { kind: 'note', text: 'x', splits: [{ memberId: NOBODY, bps: 10_000, share: 1 }] }],
    ['#/price', { kind: 'note', text: 'x', price: '1' }],
    ['#/price', { kind: 'article', text: 'x', price: '0.0' }],
    ['#/price', { kind: 'article', text: 'x', price: '-1' }],
    ['#/price', { kind: 'article', text: 'x', price: 1 }],
    ['#/signed/seq', { kind: 'note', text: 'x', signed: {} }],
    ['#/quoteOf', { kind: 'note', text: 'x', quoteOf: 7 }],
    ['#/a~1b~0c', { kind: 'note', text: 'x', 'a/b~c': 1 }],
    ['#/%EF%BF%BD', '{"kind":"note","text":"x","\\ud83d":1}'],
    ['#', '[]'],
    ['#', 'null'],
    ['#', '"note"'],
  ] as const) {
    const answer = await alice.post('/v1/posts', body)
    expect([body, answer.status, answer.body.code]).toEqual([body, 422, 'validation_failed'])
    expect([body, answer.body.errors[0].pointer]).toEqual([body, pointer])
  }
  for (const above of ['replyTo', 'quoteOf'])
    for (const id of [NOBODY, 'nothing', '']) {
      const answer = await alice.post('/v1/posts', { kind: 'note', text: 'x', [above]: id })
      expect([answer.status, answer.body.code]).toEqual([404, 'post_not_found'])
      expect(answer.body.detail).toContain(above)
    }
  const big = await alice.post('/v1/posts', { kind: 'article', text: 'x'.repeat(1024 * 1024) })
  expect([big.status, big.body.code]).toEqual([413, 'body_too_large'])
  expect((await alice.get('/v1/me')).body).toEqual(before)
})

test('a comment pays the author above once, however many comments there are', async () => {
  await fund(deps, bob.id, 'pledge', 10n * COMMENT)
  const post = await alice.writes('comment, please')
  const earnedBefore = await balance(deps, alice.id, 'pending')

  const first = await bob.writes('one', { replyTo: post.id })
  expect(first).toMatchObject({ replyTo: post.id, credited: '0.001', unfunded: false })
  const second = await bob.writes('two', { replyTo: post.id })
  expect(second).toMatchObject({ credited: '0.001', unfunded: false })
  expect(await balance(deps, bob.id, 'pledge')).toBe(9n * COMMENT)
  expect((await balance(deps, alice.id, 'pending')) - earnedBefore).toBe(COMMENT)

  const poor = await carol.writes('I have nothing', { replyTo: post.id })
  expect(poor).toMatchObject({ credited: '0', unfunded: true })
  const own = await alice.writes('thank you', { replyTo: post.id })
  expect(own).toMatchObject({ credited: '0', unfunded: false })

  const read = (await call(app, 'GET', `/v1/posts/${post.id}`)).body
  expect(read).toMatchObject({ counts: { comments: 4 }, earned: '0.001' })
  const comments = (await call(app, 'GET', `/v1/posts/${post.id}/comments`)).body
  expect(comments.data.map((c: { text: string }) => c.text)).toEqual([
    'one',
    'two',
    'I have nothing',
    'thank you',
  ])
  expect(comments.nextCursor).toBeNull()
  expect(post).not.toHaveProperty('credited')

  // The credit stands while one comment does.
  await bob.delete(`/v1/posts/${first.id}`)
  expect(await balance(deps, bob.id, 'pledge')).toBe(9n * COMMENT)
  await bob.delete(`/v1/posts/${second.id}`)
  expect(await balance(deps, bob.id, 'pledge')).toBe(10n * COMMENT)
  expect(await balance(deps, alice.id, 'pending')).toBe(earnedBefore)
  expect((await call(app, 'GET', `/v1/posts/${post.id}`)).body).toMatchObject({
    counts: { comments: 2 },
    earned: '0',
  })
})

test('who is blocked neither comments nor likes, and nothing of it is kept; a like can be taken back', async () => {
  const [erin, dave] = [await person(app), await person(app)]
  const post = await erin.writes('mine')
  expect((await dave.put(`/v1/posts/${post.id}/like`)).status).toBe(200)
  await deps.db.pool.query('insert into blocks (blocker_id, blocked_id) values ($1, $2)', [erin.id, dave.id])
  const comment = await dave.post('/v1/posts', { kind: 'note', text: 'let me in', replyTo: post.id })
  expect([comment.status, comment.body.code]).toEqual([403, 'blocked'])
  const another = await erin.writes('another')
  const like = await dave.put(`/v1/posts/${another.id}/like`)
  expect([like.status, like.body.code]).toEqual([403, 'blocked'])
  const unlike = await dave.delete(`/v1/posts/${post.id}/like`)
  expect(unlike.body).toMatchObject({ liked: false, likes: 0 })
  const read = (await call(app, 'GET', `/v1/posts/${post.id}`)).body
  expect(read.counts).toEqual({ likes: 0, comments: 0, reposts: 0 })
})

test('comments written and deleted at once leave counters and money exact', async () => {
  const dave = await person(app)
  await fund(deps, dave.id, 'pledge', 10n * COMMENT)
  const post = await carol.writes('a busy place')
  const written = await Promise.all(
    Array.from({ length: 20 }, (_, i) => dave.writes(`no. ${i}`, { replyTo: post.id })),
  )
  expect((await call(app, 'GET', `/v1/posts/${post.id}`)).body.counts.comments).toBe(20)
  expect(await balance(deps, dave.id, 'pledge')).toBe(9n * COMMENT)

  const answers = await Promise.all(
    [...written, ...written].map((comment) => dave.delete(`/v1/posts/${comment.id}`)),
  )
  expect(answers.filter((a) => a.status === 204)).toHaveLength(20)
  expect(answers.filter((a) => a.status === 404)).toHaveLength(20)
  expect((await call(app, 'GET', `/v1/posts/${post.id}`)).body.counts.comments).toBe(0)
  expect(await balance(deps, dave.id, 'pledge')).toBe(10n * COMMENT)
})

test('a post is deleted by its author alone, and is gone', async () => {
  const post = await alice.writes('a mistake')
  const posts = (await alice.get('/v1/me')).body.counts.posts
  const comment = await bob.writes('I saw that', { replyTo: post.id })

  const refused = await bob.delete(`/v1/posts/${post.id}`)
  expect([refused.status, refused.body.code]).toEqual([403, 'not_author'])
  expect((await call(app, 'DELETE', `/v1/posts/${post.id}`)).status).toBe(401)
  expect((await call(app, 'GET', `/v1/posts/${post.id}`)).body.text).toBe('a mistake')

  expect((await alice.delete(`/v1/posts/${post.id}`)).status).toBe(204)
  for (const url of [`/v1/posts/${post.id}`, `/v1/posts/${post.id}/comments`])
    expect((await alice.get(url)).body.code).toBe('post_not_found')
  expect((await alice.delete(`/v1/posts/${post.id}`)).status).toBe(404)
  expect((await bob.post('/v1/posts', { kind: 'note', text: 'x', replyTo: post.id })).status).toBe(404)
  expect((await alice.get('/v1/me')).body.counts.posts).toBe(posts - 1)
  expect((await call(app, 'GET', `/v1/posts/${comment.id}`)).body.replyTo).toBe(post.id)
  expect((await bob.delete(`/v1/posts/${comment.id}`)).status).toBe(204)
  const row = await deps.db.pool.query('select text, tags from posts where id = $1', [post.id])
  expect(row.rows[0]).toEqual({ text: '', tags: [] })
})

test('a reader sees what they liked', async () => {
  const post = await alice.writes('like me')
  await bob.put(`/v1/posts/${post.id}/like`)
  expect((await bob.get(`/v1/posts/${post.id}`)).body).toMatchObject({
    viewer: { liked: true, reposted: false },
    counts: { likes: 1 },
  })
  expect((await carol.get(`/v1/posts/${post.id}`)).body.viewer).toEqual({ liked: false, reposted: false })
  await bob.delete(`/v1/posts/${post.id}/like`)
  expect((await bob.get(`/v1/posts/${post.id}`)).body.viewer.liked).toBe(false)
})
