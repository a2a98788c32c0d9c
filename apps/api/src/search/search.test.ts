import { expect, test } from 'vitest'
import { type Answer, call, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const [alice, bob, carol] = [await person(app), await person(app), await person(app)]
await alice.patch('/v1/me', { handle: 'alice', displayName: 'Alice Waters' })
await bob.patch('/v1/me', { handle: 'bob-rivers', displayName: 'Bob' })
await carol.patch('/v1/me', { handle: 'carol', displayName: 'Rivers of Élan' })

const url = (q: string, type?: string, more = '') =>
  `/v1/search?q=${encodeURIComponent(q)}${type ? `&type=${type}` : ''}${more}`
const ask = (q: string, type?: string, who?: Person) =>
  who ? who.get(url(q, type)) : call(app, 'GET', url(q, type))
const texts = ({ body }: Answer): string[] => body.data.map((post: { text: string }) => post.text)
const found = async (q: string, who?: Person) => texts(await ask(q, undefined, who))

const blue = await alice.writes('The quick Blue heron')
await bob.writes('a blue and quick kingfisher', { tags: ['birds', 'Bird-watching'] })
await bob.writes('blue herons of the École', { replyTo: blue.id, tags: ['birds'] })

test('posts by their words: any order, phrases, or, without; newest first, comments too', async () => {
  expect(await found('quick blue')).toEqual(['a blue and quick kingfisher', 'The quick Blue heron'])
  expect(await found('"quick blue"')).toEqual(['The quick Blue heron'])
  expect(await found('BLUE -kingfisher')).toEqual(['blue herons of the École', 'The quick Blue heron'])
  expect(await found('heron or kingfisher')).toEqual(['a blue and quick kingfisher', 'The quick Blue heron'])
  for (const q of ['école', 'ÉCOLE', 'E\u0301cole'])
    expect(await found(q)).toEqual(['blue herons of the École'])
  expect((await ask('heron')).body.data[0]).toMatchObject({ id: blue.id, via: null, viewer: null })
})

test('what holds nothing to look for finds nothing, and breaks nothing', async () => {
  for (const q of [
    '!!!',
    '&|!()<->:*',
    "'",
    '"',
    '-blue',
    '-',
    '\\',
    '%',
    '_',
    'or',
    '"" or ""',
    '😀',
    'a:b & !',
  ])
    for (const type of ['posts', 'members', 'tags']) {
      const answer = await ask(q, type)
      expect([q, type, answer.status]).toEqual([q, type, 200])
    }
  expect(await found('-blue')).toEqual([])
  expect(await found('???')).toEqual([])
})

test('a query has limits, and says which it breaks', async () => {
  for (const [q, says] of [
    ['', 'must have 1 to 200 characters; this has 0'],
    ['   ', 'must not be blank'],
    ['x'.repeat(201), 'must have 1 to 200 characters; this has 201'],
    ['a b c d e f g h i j k', 'must have at most 10 terms, separated by spaces'],
  ] as const) {
    const answer = await ask(q)
    expect([answer.status, answer.body.errors]).toEqual([422, [{ pointer: '#/q', detail: says }]])
  }
  expect((await call(app, 'GET', '/v1/search')).status).toBe(422)
  expect((await ask('x', 'likes')).body.errors[0].pointer).toBe('#/type')
})

test('the text of an article with a price is found by nobody, its title by everybody', async () => {
  const article = { kind: 'article', title: 'On otters', text: 'the secret holt', price: '1' }
  const { id } = (await alice.post('/v1/posts', article)).body
  for (const who of [undefined, alice, bob]) {
    expect(await found('holt', who)).toEqual([])
    expect((await ask('otters', 'posts', who)).body.data.map((post: { id: string }) => post.id)).toEqual([id])
  }
  expect((await ask('otters')).body.data[0]).toMatchObject({ text: null, locked: true })
})

test('what is deleted is gone; a blocked pair does not find each other', async () => {
  const gone = await alice.writes('a blue whale')
  expect(await found('whale')).toEqual(['a blue whale'])
  await alice.delete(`/v1/posts/${gone.id}`)
  expect(await found('whale')).toEqual([])
  await bob.put(`/v1/members/${alice.id}/block`)
  for (const [who, whom, name] of [
    [alice, 'kingfisher', 'bob-rivers'],
    [bob, 'quick heron', 'alice'],
  ] as const) {
    expect(await found(whom, who)).toEqual([])
    const handles = (await ask(name, 'members', who)).body.data.map(
      (member: { handle: string }) => member.handle,
    )
    expect(handles).not.toContain(name)
  }
  expect(await found('kingfisher', carol)).toHaveLength(1)
  await bob.delete(`/v1/members/${alice.id}/block`)
})

test('members by a part of handle or name that is like it, the handle itself first', async () => {
  const names = async (q: string) =>
    (await ask(q, 'members')).body.data.map((member: { handle: string }) => member.handle)
  expect(await names('carol')).toEqual(['carol'])
  expect(await names('@alic')).toEqual(['alice'])
  expect(await names('watres')).toEqual([])
  expect(await names('WATERS')).toEqual(['alice'])
  expect((await names('rivers')).toSorted()).toEqual(['bob-rivers', 'carol'])
  expect(await names('élan')).toEqual(['carol'])
  await deps.db.pool.query('update members set suspended_at = now() where id = $1', [carol.id])
  expect(await names('rivers')).toEqual(['bob-rivers'])
  await deps.db.pool.query('update members set suspended_at = null where id = $1', [carol.id])
})

test('tags by how they begin, with how many posts have them', async () => {
  expect((await ask('#BIRD', 'tags')).body.data).toEqual([
    { tag: 'bird-watching', posts: 1 },
    { tag: 'birds', posts: 1 },
  ])
  expect((await ask('birds-', 'tags')).body.data).toEqual([])
})

test('pages of each kind hold the same, and a cursor is good for its own question only', async () => {
  for (let i = 0; i < 7; i++) {
    const who = await person(app)
    await who.patch('/v1/me', { displayName: 'Paginated' })
    await who.writes(`paginated ${i}`, { tags: [`paginated${i}`] })
  }
  for (const type of ['posts', 'members', 'tags']) {
    const whole = (await call(app, 'GET', url('paginated', type))).body.data
    expect([type, whole.length]).toEqual([type, 7])
    for (const limit of [1, 3, 7]) {
      const read: unknown[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const more = `&limit=${limit}${cursor && `&cursor=${cursor}`}`
        const answer = await call(app, 'GET', url('paginated', type, more))
        read.push(...answer.body.data)
        cursor = answer.body.nextCursor
        if (cursor)
          expect((await call(app, 'GET', url('other', type, `&cursor=${cursor}`))).body.code).toBe(
            'invalid_cursor',
          )
      }
      expect([type, limit, read]).toEqual([type, limit, whole])
    }
  }
})

test('a rare word below more than is looked through is found, and a common one too', async () => {
  await deps.db.pool.query(
    `insert into posts (id, author_id, kind, text)
     select uuidv7(), $1, 'note', 'reed' || case when n % 1000 = 0 then ' bittern' else '' end from generate_series(1, 3500) n`,
    [alice.id],
  )
  expect(await found('heron -kingfisher')).toEqual(['The quick Blue heron'])
  expect(await found('bittern')).toHaveLength(3)
  expect(await found('reed')).toHaveLength(20)
}, 60_000)

test('searching has a limit of its own', async () => {
  const answers = await Promise.all(Array.from({ length: 130 }, () => ask('x', 'tags', carol)))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused[0]!.body).toMatchObject({
    code: 'rate_limited',
    detail: expect.stringContaining('searches'),
  })
  expect((await carol.get('/v1/feeds/latest')).status).toBe(200)
}, 60_000)
