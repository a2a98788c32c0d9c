import { newId } from '@rivulet/db'
import { expect, test } from 'vitest'
import { crowd } from '../../test/crowd.ts'
import { call, NOBODY, person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const [alice, bob] = [await person(app), await person(app)]
const anybody = (url: string) => call(app, 'GET', url)
const idsIn = (answer: { body: { data: { id: string }[] } }) => answer.body.data.map(({ id }) => id)

test('a client that holds ids reads the posts at once, in its own order, each as it is by itself', async () => {
  const [a, b, c] = [await alice.writes('a'), await bob.writes('b'), await alice.writes('c')]
  await bob.put(`/v1/posts/${a.id}/like`)
  const answer = await bob.get(`/v1/posts?ids=${[c.id, NOBODY, a.id, 'nothing', b.id, c.id, newId()]}`)
  expect(idsIn(answer)).toEqual([c.id, a.id, b.id])
  expect(answer.body.data[1]).toEqual((await bob.get(`/v1/posts/${a.id}`)).body)
  expect(answer.body.data[1].viewer.liked).toBe(true)
  expect(answer.body.nextCursor).toBeNull()

  await alice.delete(`/v1/posts/${a.id}`)
  expect(idsIn(await anybody(`/v1/posts?ids=${[a.id, b.id]}`))).toEqual([b.id])
  expect(idsIn(await anybody('/v1/posts?ids=nothing'))).toEqual([])
})

test('the text of a locked article stays locked', async () => {
  const article = await alice.post('/v1/posts', { kind: 'article', text: 'for a price', price: '1' })
  const [seen] = (await anybody(`/v1/posts?ids=${article.body.id}`)).body.data
  expect(seen).toMatchObject({ locked: true, text: null })
})

test('members are read by ids or by addresses, in any case', async () => {
  const byIds = await anybody(`/v1/members?ids=${[bob.id, 'x', alice.id, NOBODY, bob.id]}`)
  expect(idsIn(byIds)).toEqual([bob.id, alice.id])
  const { viewer: _, ...alone } = (await anybody(`/v1/members/${bob.id}`)).body
  expect(byIds.body.data[0]).toEqual(alone)
  const nobody = `0x${'ab'.repeat(20)}`
  const addresses = [alice.address.toLowerCase(), nobody, bob.address, 'x', alice.address]
  expect(idsIn(await anybody(`/v1/members?addresses=${addresses}`))).toEqual([alice.id, bob.id])
})

test('what is no list is refused with what to do', async () => {
  const many = Array.from({ length: 101 }, newId)
  for (const [url, detail] of [
    ['/v1/posts?ids=', 'commas'],
    [`/v1/posts?ids=${NOBODY},,${NOBODY}`, 'commas'],
    [`/v1/posts?ids=${many}`, 'at most 100'],
    ['/v1/posts', 'ids'],
    [`/v1/members?ids=${many}`, 'at most 100'],
    [`/v1/members?addresses=${many}`, 'at most 100'],
    ['/v1/members', 'one of the two'],
    [`/v1/members?ids=${alice.id}&addresses=${alice.address}`, 'one of the two'],
  ] as const) {
    const { status, body } = await anybody(url)
    expect([url, status, body.code]).toEqual([url, 422, 'validation_failed'])
    expect(JSON.stringify(body.errors)).toContain(detail)
  }
  expect(idsIn(await anybody(`/v1/posts?ids=${many.slice(1)}`))).toEqual([])
})

test('a hundred take as many statements as one', async () => {
  const people = await crowd(deps, 100)
  const posts = Array.from({ length: 100 }, newId)
  await deps.db.pool.query(
    `insert into posts (id, author_id, kind, text) select id, $2, 'note', 'x' from unnest($1::uuid[]) new (id)`,
    [posts, alice.id],
  )
  for (const [path, ids] of [
    ['posts', posts],
    ['members', people],
  ] as const) {
    const statements = (size: number) =>
      statementsOf(deps, async () => {
        const answer = await anybody(`/v1/${path}?ids=${ids.slice(0, size)}`)
        expect(answer.body.data).toHaveLength(size)
      })
    expect([path, await statements(100)]).toEqual([path, await statements(1)])
  }
})
