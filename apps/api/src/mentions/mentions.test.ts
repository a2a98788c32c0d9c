import { expect, test } from 'vitest'
import { crowd } from '../../test/crowd.ts'
import { type Answer, call, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const { pool } = deps.db
const [alice, bob, carol] = [await person(app), await person(app), await person(app)]
await bob.patch('/v1/me', { handle: 'bob' })
await carol.patch('/v1/me', { handle: 'carol' })

const read = async (id: string) => (await call(app, 'GET', `/v1/posts/${id}`)).body
const mentioned = async (id: string): Promise<string[]> =>
  (await pool.query('select member_id from post_mentions where post_id = $1', [id])).rows.map(
    (row) => row.member_id,
  )
/** A text in which each of these is mentioned. */
const naming = (addresses: string[]) => addresses.map((address) => `@${address}`).join(' ')
/** As many members as that, by their addresses. */
async function addresses(size: number): Promise<string[]> {
  const ids = await crowd(deps, size)
  return (await pool.query('select address from members where id = any($1::uuid[])', [ids])).rows.map(
    (row) => row.address,
  )
}

test('alice mentions bob by his handle and carol by her address, and it is told where', async () => {
  const text = `🌊 @Bob_ and @${carol.address.toLowerCase()}, not @nobody or me@bob; @bob`
  const post = await alice.writes(text)
  const asBob = { memberId: bob.id, handle: 'bob', address: bob.address }
  expect(post.mentions).toEqual([
    { ...asBob, start: 2, end: 7 },
    { memberId: carol.id, handle: 'carol', address: carol.address, start: 12, end: 55 },
    { ...asBob, start: 80, end: 84 },
  ])
  const characters = [...text]
  expect(
    post.mentions.map(({ start, end }: { start: number; end: number }) =>
      characters.slice(start, end).join(''),
    ),
  ).toEqual(['@Bob_', `@${carol.address.toLowerCase()}`, '@bob'])
  expect((await mentioned(post.id)).sort()).toEqual([bob.id, carol.id].sort())

  // Bob is who was mentioned, whatever he is called now, and whoever is called bob later.
  await bob.patch('/v1/me', { handle: 'robert' })
  expect((await read(post.id)).mentions[0]).toEqual({ ...asBob, handle: 'robert', start: 2, end: 7 })
  await bob.patch('/v1/me', { handle: 'bob' })
})

test('between a blocked pair a name is a word, in either direction', async () => {
  await bob.put(`/v1/members/${alice.id}/block`)
  expect((await alice.writes('hello @bob, @carol')).mentions).toMatchObject([{ memberId: carol.id }])
  expect((await bob.writes(`hello @${alice.address}`)).mentions).toEqual([])
  await bob.delete(`/v1/members/${alice.id}/block`)
})

test('twenty members are the most, and a name that is nobody takes no room', async () => {
  const many = await addresses(21)
  const words = Array.from({ length: 40 }, (_, i) => `@decorator${i}`).join(' ')
  const twice = naming([...many.slice(0, 20), ...many.slice(0, 20)])
  expect((await alice.writes(`${twice} ${words}`)).mentions).toHaveLength(40)
  const refused: Answer[] = [await alice.post('/v1/posts', { kind: 'note', text: naming(many) })]
  const article = await alice.post('/v1/posts', { kind: 'article', text: 'short' })
  refused.push(await alice.patch(`/v1/posts/${article.body.id}`, { text: naming(many) }))
  for (const { status, body } of refused)
    expect([status, body.code, body.detail]).toEqual([
      ...[422, 'too_many_mentions', expect.stringContaining('more than 20 members')],
    ])
  expect(await read(article.body.id)).toMatchObject({ text: 'short', revision: 1 })
})

test('a revision mentions whom it names, and with the post the mentions are gone', async () => {
  const { body } = await alice.post('/v1/posts', { kind: 'article', text: 'by @bob' })
  await alice.patch(`/v1/posts/${body.id}`, { text: 'by nobody else than @carol' })
  expect((await read(body.id)).mentions).toMatchObject([{ memberId: carol.id, start: 20, end: 26 }])
  expect(await mentioned(body.id)).toEqual([carol.id])
  await alice.delete(`/v1/posts/${body.id}`)
  expect(await mentioned(body.id)).toEqual([])
})

test('who is mentioned in a locked text is locked with it', async () => {
  const { body } = await alice.post('/v1/posts', { kind: 'article', text: '@bob did it', price: '1' })
  expect((await carol.get(`/v1/posts/${body.id}`)).body).toMatchObject({ locked: true, mentions: [] })
  expect((await alice.get(`/v1/posts/${body.id}`)).body.mentions).toMatchObject([{ memberId: bob.id }])
})
