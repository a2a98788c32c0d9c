import { audit } from '@rivulet/ledger'
import { expect, test } from 'vitest'
import { balance, fund } from '../../test/money.ts'
import { call, NOBODY, person } from '../../test/people.ts'
import { asOwner, world } from '../../test/world.ts'

const { app, deps, database } = await world()
const refusal = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code]
const someone = () => person(app)
const suspend = (id: string) =>
  asOwner(database.adminUrl, `update members set suspended_at = now() where id = '${id}'`)

test('a repost pays 0.001 once, however often and by however many requests at once', async () => {
  const [alice, bob] = [await someone(), await someone()]
  await fund(deps, bob.id, 'pledge', 5_000_000n)
  const post = await alice.writes('worth sharing')
  const url = `/v1/posts/${post.id}/repost`

  expect((await bob.delete(url)).body).toEqual({
    ...{ id: null, reposted: false, reposts: 0 },
    ...{ credited: '0', unfunded: false },
  })
  const answers = await Promise.all(Array.from({ length: 50 }, () => bob.put(url)))
  const { id } = answers[0]!.body
  expect(new Set(answers.map((answer) => JSON.stringify(answer.body)))).toEqual(
    new Set([JSON.stringify({ id, reposted: true, reposts: 1, credited: '0.001', unfunded: false })]),
  )
  expect(await balance(deps, bob.id, 'pledge')).toBe(4_000_000n)
  expect(await balance(deps, alice.id, 'pending')).toBe(1_000_000n)
  expect((await bob.get(`/v1/posts/${post.id}`)).body).toMatchObject({
    counts: { reposts: 1, likes: 0 },
    viewer: { reposted: true, liked: false },
    earned: '0.001',
  })

  expect((await bob.delete(url)).body).toMatchObject({ id, reposted: false, reposts: 0, credited: '0' })
  expect((await bob.get(`/v1/posts/${post.id}`)).body.viewer.reposted).toBe(false)
  expect(await balance(deps, bob.id, 'pledge')).toBe(5_000_000n)
  expect((await bob.put(url)).body).toMatchObject({ id, reposted: true, reposts: 1, credited: '0.001' })
  expect((await alice.put(url)).body).toMatchObject({ reposted: true, credited: '0', unfunded: false })
})

test('a read pays 0.0002 once, from five seconds on', async () => {
  const [alice, bob, carol] = [await someone(), await someone(), await someone()]
  await fund(deps, bob.id, 'budget', 1_000_000n)
  const post = await alice.writes('a long read')
  const url = `/v1/posts/${post.id}/reads`
  for (const dwellMs of [0, 4_999])
    expect([dwellMs, ...refusal(await bob.post(url, { dwellMs }))]).toEqual([dwellMs, 422, 'too_short'])
  for (const dwellMs of [-1, 86_400_001, 5_000.5, '5000', null, undefined]) {
    const answer = await bob.post(url, { dwellMs })
    expect([dwellMs, ...refusal(answer)]).toEqual([dwellMs, 422, 'validation_failed'])
    expect(answer.body.errors[0].pointer).toBe('#/dwellMs')
  }
  expect(await balance(deps, alice.id, 'pending')).toBe(0n)
  for (const dwellMs of [5_000, 60_000, 86_400_000])
    expect(await bob.post(url, { dwellMs })).toMatchObject({
      status: 200,
      body: { credited: '0.0002', unfunded: false },
    })
  expect(await balance(deps, alice.id, 'pending')).toBe(200_000n)
  expect((await carol.post(url, { dwellMs: 5_000 })).body).toEqual({ credited: '0', unfunded: true })
  expect((await alice.post(url, { dwellMs: 5_000 })).body).toEqual({ credited: '0', unfunded: false })
  for (const who of [NOBODY, 'nothing'])
    expect(refusal(await bob.post(`/v1/posts/${who}/reads`, { dwellMs: 5_000 }))).toEqual([
      404,
      'post_not_found',
    ])
  expect((await call(app, 'POST', url, { dwellMs: 5_000 })).status).toBe(401)
})

test('whoever shared it earns a tenth of all four acts that went through the share', async () => {
  const [alice, bob, carol] = [await someone(), await someone(), await someone()]
  await fund(deps, alice.id, 'pledge', 10_000_000n)
  const post = await bob.writes('from afar')
  const { id: repostId } = (await carol.put(`/v1/posts/${post.id}/repost`)).body
  await alice.put(`/v1/members/${carol.id}/follow`)
  const like = `/v1/posts/${post.id}/like?via=${repostId}`

  // Not before it was served to her.
  expect(refusal(await alice.put(like))).toEqual([422, 'invalid_via'])
  const [item] = (await alice.get('/v1/feeds/home')).body.data
  expect(item).toMatchObject({ id: post.id, via: { repostId, by: { id: carol.id } } })

  expect((await alice.put(like)).body).toMatchObject({ liked: true, credited: '0.0005' })
  expect((await alice.post(`/v1/posts/${post.id}/reads?via=${repostId}`, { dwellMs: 9_000 })).body).toEqual({
    credited: '0.0002',
    unfunded: false,
  })
  const reply = { kind: 'note', text: 'indeed', replyTo: post.id }
  expect((await alice.post(`/v1/posts?via=${repostId}`, reply)).body.credited).toBe('0.001')
  expect((await alice.put(`/v1/posts/${post.id}/repost?via=${repostId}`)).body.credited).toBe('0.001')
  // Of 0.0005 + 0.0002 + 0.001 + 0.001 a tenth, and the rest.
  expect(await balance(deps, carol.id, 'pending')).toBe(270_000n)
  expect(await balance(deps, bob.id, 'pending')).toBe(2_430_000n)
  expect(await balance(deps, alice.id, 'pledge')).toBe(7_300_000n)

  // Taking it back takes both parts back, through whatever share it is said to go.
  expect((await alice.delete(like)).body).toMatchObject({ liked: false, credited: '0' })
  expect(await balance(deps, carol.id, 'pending')).toBe(220_000n)
  expect(await balance(deps, alice.id, 'pledge')).toBe(7_800_000n)
})

test('a quote is a share as well', async () => {
  const [alice, bob, carol] = [await someone(), await someone(), await someone()]
  await fund(deps, alice.id, 'pledge', 1_000_000n)
  const post = await bob.writes('to be quoted')
  const quote = await carol.writes('look at this', { quoteOf: post.id })
  await alice.get(`/v1/members/${carol.id}/posts`)
  expect((await alice.put(`/v1/posts/${post.id}/like?via=${quote.id}`)).body.credited).toBe('0.0005')
  expect(await balance(deps, carol.id, 'pending')).toBe(50_000n)
  expect(await balance(deps, bob.id, 'pending')).toBe(450_000n)
})

test('a via that names no share of this post is refused, and by the way of nobody else', async () => {
  const [alice, bob, carol] = [await someone(), await someone(), await someone()]
  await fund(deps, alice.id, 'pledge', 1_000_000n)
  const [post, other] = [await bob.writes('one'), await bob.writes('another')]
  const { id: ofOther } = (await carol.put(`/v1/posts/${other.id}/repost`)).body
  const { id: good } = (await carol.put(`/v1/posts/${post.id}/repost`)).body
  await alice.get(`/v1/members/${carol.id}/posts`)
  const like = (via: string) => alice.put(`/v1/posts/${post.id}/like?via=${via}`)
  for (const via of [ofOther, post.id, NOBODY, 'somewhere', ''])
    expect([via, ...refusal(await like(via))]).toEqual([via, 422, 'invalid_via'])

  // At once with others', each is answered by itself. Dave was never served the share that alice came by.
  const dave = await someone()
  await fund(deps, dave.id, 'pledge', 1_000_000n)
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      i % 2 ? like(good) : dave.put(`/v1/posts/${post.id}/like?via=${good}`),
    ),
  )
  expect(answers.map((answer) => answer.status)).toEqual(answers.map((_, i) => (i % 2 ? 200 : 422)))
  expect(await balance(deps, dave.id, 'pledge')).toBe(1_000_000n)

  // While it is on, another way to it changes nothing.
  expect((await like(ofOther)).body).toMatchObject({ liked: true, credited: '0.0005' })
  expect(await balance(deps, carol.id, 'pending')).toBe(50_000n)
  expect(await balance(deps, bob.id, 'pending')).toBe(450_000n)
})

test('between the blocked, and by the suspended, nothing is begun, and all can be undone', async () => {
  const [alice, bob] = [await someone(), await someone()]
  const post = await alice.writes('before')
  await bob.put(`/v1/posts/${post.id}/like`)
  const acts = () =>
    Promise.all([
      bob.put(`/v1/posts/${post.id}/like`),
      bob.put(`/v1/posts/${post.id}/repost`),
      bob.post(`/v1/posts/${post.id}/reads`, { dwellMs: 5_000 }),
    ])
  await alice.put(`/v1/members/${bob.id}/block`)
  for (const answer of await acts()) expect(refusal(answer)).toEqual([403, 'blocked'])
  expect((await bob.delete(`/v1/posts/${post.id}/like`)).body).toMatchObject({ liked: false, likes: 0 })
  await alice.delete(`/v1/members/${bob.id}/block`)
  for (const answer of await acts()) expect(answer.status).toBe(200)

  await suspend(bob.id)
  for (const answer of await acts()) expect(refusal(answer)).toEqual([403, 'suspended'])
  expect((await bob.delete(`/v1/posts/${post.id}/repost`)).body).toMatchObject({ reposted: false })
})

test('co-authors share what is earned, and the books hold', async () => {
  const [alice, bob, carol] = [await someone(), await someone(), await someone()]
  await bob.put(`/v1/members/${alice.id}/split-consent`)
  await fund(deps, carol.id, 'budget', 1_000_000n)
  const splits = [
    { memberId: alice.id, bps: 6_000 },
    { memberId: bob.id, bps: 4_000 },
  ]
  const post = await alice.writes('by two', { splits })
  expect((await carol.put(`/v1/posts/${post.id}/like`)).body.credited).toBe('0.0005')
  expect(await balance(deps, alice.id, 'pending')).toBe(300_000n)
  expect(await balance(deps, bob.id, 'pending')).toBe(200_000n)
  // What would be bob's own stays with him.
  await fund(deps, bob.id, 'pledge', 1_000_000n)
  expect((await bob.put(`/v1/posts/${post.id}/like`)).body.credited).toBe('0.0003')
  expect(await balance(deps, bob.id, 'pledge')).toBe(700_000n)
  expect((await audit(deps.db.pool)).violations).toEqual([])
})
