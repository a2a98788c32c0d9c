import { expect, test } from 'vitest'
import { call, NOBODY, type Person, person } from '../../test/people.ts'
import { asOwner, world } from '../../test/world.ts'

const { app, deps, database } = await world()
const [alice, bob, carol, dave] = [await person(app), await person(app), await person(app), await person(app)]
const refusal = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code]
const half = ({ id }: { id: string }) => ({ memberId: id, bps: 5_000 })

test('a quote is a post of its own, that says what it quotes', async () => {
  const post = await alice.writes('the sea is blue')
  const quote = await bob.writes('it is not', { quoteOf: post.id })
  expect(quote).toMatchObject({ quoteOf: post.id, replyTo: null, text: 'it is not' })
  expect(quote).not.toHaveProperty('credited')
  const latest = (await call(app, 'GET', '/v1/feeds/latest?limit=2')).body.data
  expect(latest.map((item: { id: string }) => item.id)).toEqual([quote.id, post.id])

  // It may be a comment as well, and outlives what it quotes.
  const reply = await carol.writes('as bob says', { replyTo: post.id, quoteOf: quote.id })
  expect(reply).toMatchObject({ replyTo: post.id, quoteOf: quote.id })
  await bob.delete(`/v1/posts/${quote.id}`)
  expect((await carol.get(`/v1/posts/${reply.id}`)).body.quoteOf).toBe(quote.id)
  expect(refusal(await carol.post('/v1/posts', { kind: 'note', text: 'x', quoteOf: quote.id }))).toEqual([
    404,
    'post_not_found',
  ])
})

test('splits list who has agreed, and stay as they were published', async () => {
  const list = (...splits: object[]) => alice.post('/v1/posts', { kind: 'note', text: 'ours', splits })
  const silent = await list(half(alice), half(bob))
  expect(refusal(silent)).toEqual([422, 'split_not_consented'])
  expect(silent.body.errors).toEqual([
    { pointer: '#/splits/1/memberId', detail: expect.stringContaining('split-consent') },
  ])
  await bob.put(`/v1/members/${alice.id}/split-consent`)
  const published = await list(half(alice), half(bob))
  expect([published.status, published.body.splits]).toEqual([201, [half(alice), half(bob)]])
  expect((await list({ memberId: bob.id, bps: 10_000 })).status).toBe(201)

  for (const [splits, pointer] of [
    [[], '#/splits'],
    [[half(alice)], '#/splits'],
    [[half(alice), half(bob), half(bob)], '#/splits/2/memberId'],
    [[half(alice), half({ id: NOBODY })], '#/splits/1/memberId'],
    [[half(alice), half({ id: 'bob' })], '#/splits/1/memberId'],
    [[half(alice), { memberId: bob.id, bps: 5_001 }], '#/splits'],
    [
      [
        { memberId: alice.id, bps: -1 },
        { memberId: bob.id, bps: 10_001 },
      ],
      '#/splits',
    ],
    [Array.from({ length: 11 }, () => half(bob)), '#/splits'],
  ] as const) {
    const answer = await list(...splits)
    expect([splits, ...refusal(answer)]).toEqual([splits, 422, 'invalid_splits'])
    expect(answer.body.errors[0].pointer).toBe(pointer)
  }

  // Consent is bob's to take back, for what comes.
  await bob.delete(`/v1/members/${alice.id}/split-consent`)
  expect(refusal(await list(half(alice), half(bob)))).toEqual([422, 'split_not_consented'])
  expect((await alice.get(`/v1/posts/${published.body.id}`)).body.splits).toEqual([half(alice), half(bob)])

  // A block takes it back as well, whoever blocks.
  await bob.put(`/v1/members/${alice.id}/split-consent`)
  await alice.put(`/v1/members/${bob.id}/block`)
  await alice.delete(`/v1/members/${bob.id}/block`)
  expect(refusal(await list(half(alice), half(bob)))).toEqual([422, 'split_not_consented'])
})

test('an article with a price shows its text to its authors, and to whoever unlocked it, in every list', async () => {
  await carol.put(`/v1/members/${alice.id}/split-consent`)
  const sold = (
    await alice.post('/v1/posts', {
      ...{ kind: 'article', title: 'How to fish', text: 'with a net', price: '0.250' },
      splits: [half(alice), half(carol)],
    })
  ).body
  expect(sold).toMatchObject({ price: '0.25', locked: false, text: 'with a net' })
  await deps.db.pool.query(
    `insert into unlocks (id, post_id, payer_id, amount, fee, rule_version) values ($1, $2, $3, 250000000, 6250000, 1)`,
    [sold.id, sold.id, bob.id],
  )
  await dave.put(`/v1/members/${alice.id}/follow`)
  const urls = [`/v1/posts/${sold.id}`, '/v1/feeds/latest', `/v1/members/${alice.id}/posts`]
  const seenBy = async (who: Person | undefined, url: string) => {
    const { body } = who ? await who.get(url) : await call(app, 'GET', url)
    const post = body.data?.find((item: { id: string }) => item.id === sold.id) ?? body
    return [url, post.locked, post.text, post.title, post.price]
  }
  for (const url of urls) {
    for (const who of [alice, carol, bob])
      expect(await seenBy(who, url)).toEqual([url, false, 'with a net', 'How to fish', '0.25'])
    for (const who of [dave, undefined])
      expect(await seenBy(who, url)).toEqual([url, true, null, 'How to fish', '0.25'])
  }
  expect(await seenBy(dave, '/v1/feeds/home')).toContain(null)

  const comment = { kind: 'article', text: 'x', price: '1', replyTo: sold.id }
  const answer = await bob.post('/v1/posts', comment)
  expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([422, '#/price'])
})

test('who has blocked, or was blocked, is neither quoted nor answered, and a suspended member writes nothing', async () => {
  const post = await alice.writes('for everybody but bob')
  await alice.put(`/v1/members/${bob.id}/block`)
  const counts = async () => (await bob.get('/v1/me')).body.counts.posts
  const before = await counts()
  for (const above of ['quoteOf', 'replyTo'])
    expect([
      above,
      ...refusal(await bob.post('/v1/posts', { kind: 'note', text: 'x', [above]: post.id })),
    ]).toEqual([above, 403, 'blocked'])
  const his = await bob.writes('mine')
  for (const above of ['quoteOf', 'replyTo'])
    expect(refusal(await alice.post('/v1/posts', { kind: 'note', text: 'x', [above]: his.id }))).toEqual([
      403,
      'blocked',
    ])
  expect(await counts()).toBe(before + 1)
  expect((await alice.get(`/v1/posts/${post.id}`)).body.counts.comments).toBe(0)

  await asOwner(database.adminUrl, `update members set suspended_at = now() where id = '${dave.id}'`)
  for (const more of [{}, { quoteOf: post.id }, { replyTo: post.id }])
    expect(refusal(await dave.post('/v1/posts', { kind: 'note', text: 'x', ...more }))).toEqual([
      403,
      'suspended',
    ])
  expect((await dave.get('/v1/me')).body.counts.posts).toBe(0)
})

test('a via is for comments, and names a share', async () => {
  const post = await alice.writes('a post')
  for (const [url, body] of [
    [`/v1/posts?via=${NOBODY}`, { kind: 'note', text: 'x' }],
    ['/v1/posts?via=somewhere', { kind: 'note', text: 'x', replyTo: post.id }],
    [`/v1/posts?via=${NOBODY}`, { kind: 'note', text: 'x', replyTo: post.id }],
  ] as const)
    expect([url, ...refusal(await carol.post(url, body))]).toEqual([url, 422, 'invalid_via'])
  expect((await alice.get(`/v1/posts/${post.id}`)).body.counts.comments).toBe(0)
})
