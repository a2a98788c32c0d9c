import { newId } from '@rivulet/db'
import { expect, test } from 'vitest'
import { crowd } from '../../test/crowd.ts'
import { type Answer, call, NOBODY, type Person, person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { asOwner, world } from '../../test/world.ts'
import { reactionsSql } from './store.ts'

const { app, deps, database } = await world()
const { pool } = deps.db
const [alice, bob, carol] = [await person(app), await person(app), await person(app)]
const anybody = (url: string) => call(app, 'GET', url)
const idsIn = (answer: Answer): string[] => answer.body.data.map(({ id }: { id: string }) => id)

test('alice sees who likes her post and who passed it on, the newest first, while they do', async () => {
  const { id } = await alice.writes('like this')
  for (const [act, list] of [
    ['like', 'likes'],
    ['repost', 'reposts'],
  ]) {
    for (const who of [bob, carol]) await who.put(`/v1/posts/${id}/${act}`)
    const answer = await anybody(`/v1/posts/${id}/${list}`)
    expect([list, ...idsIn(answer)]).toEqual([list, carol.id, bob.id])
    expect(answer.body.data[1]).toEqual((await anybody(`/v1/members?ids=${bob.id}`)).body.data[0])
    await carol.delete(`/v1/posts/${id}/${act}`)
    expect([list, ...idsIn(await anybody(`/v1/posts/${id}/${list}`))]).toEqual([list, bob.id])
  }
  await carol.writes('a comment is neither', { replyTo: id })
  expect(idsIn(await anybody(`/v1/posts/${id}/likes`))).toEqual([bob.id])
})

test('the quotes of a post are listed until they are deleted', async () => {
  const { id } = await alice.writes('quote this')
  const one = await bob.writes('one', { quoteOf: id })
  const two = await carol.writes('two', { quoteOf: id, replyTo: id })
  const answer = await bob.get(`/v1/posts/${id}/quotes`)
  expect(idsIn(answer)).toEqual([two.id, one.id])
  expect(answer.body.data[1]).toEqual((await bob.get(`/v1/posts/${one.id}`)).body)
  await bob.delete(`/v1/posts/${one.id}`)
  expect(idsIn(await anybody(`/v1/posts/${id}/quotes`))).toEqual([two.id])
})

test('a blocked pair is not shown to each other, and everybody else sees both', async () => {
  const { id } = await alice.writes('for all')
  const [dave, erin] = [await person(app), await person(app)]
  for (const who of [dave, erin]) {
    await who.put(`/v1/posts/${id}/like`)
    await who.put(`/v1/posts/${id}/repost`)
    await who.writes('look', { quoteOf: id })
  }
  await dave.put(`/v1/members/${erin.id}/block`)
  const seen = async (who: Person, list: string) =>
    (await who.get(`/v1/posts/${id}/${list}`)).body.data.map(
      (item: { id: string; author?: { id: string } }) => item.author?.id ?? item.id,
    )
  for (const list of ['likes', 'reposts', 'quotes']) {
    expect([list, await seen(dave, list)]).toEqual([list, [dave.id]])
    expect([list, await seen(erin, list)]).toEqual([list, [erin.id]])
    expect([list, await seen(bob, list)]).toEqual([list, [erin.id, dave.id]])
  }
})

test('of what is not there nothing is listed', async () => {
  const gone = await alice.writes('gone')
  await alice.delete(`/v1/posts/${gone.id}`)
  for (const list of ['likes', 'reposts', 'quotes'])
    for (const id of [NOBODY, 'nothing', gone.id]) {
      const { status, body } = await anybody(`/v1/posts/${id}/${list}`)
      expect([list, status, body.code]).toEqual([list, 404, 'post_not_found'])
    }
})

test('of twenty thousand likes a page reads a page, by the index, and as many statements as one', async () => {
  const { id } = await alice.writes('everybody likes this')
  const fans = await crowd(deps, 100)
  // In pieces, each of which is soon done.
  for (let batch = 0; batch < 10; batch++)
    await pool.query(
      `insert into interactions (id, actor_id, post_id, kind, period)
       select uuidv7(), gen_random_uuid(), case n % 2 when 0 then $1 else gen_random_uuid() end, 'like', 1
       from generate_series(1, 4000) n`,
      [id],
    )
  for (const kind of ['like', 'repost'])
    await pool.query(
      `insert into interactions (id, actor_id, post_id, kind, period)
       select id, actor, $1, $4::interaction_kind, 1 from unnest($2::uuid[], $3::uuid[]) new (id, actor)`,
      [id, fans.map(() => newId()), fans, kind],
    )
  await pool.query(
    `insert into posts (id, author_id, kind, text, quote_of)
     select id, $3, 'note', 'x', $1 from unnest($2::uuid[]) new (id)`,
    [id, fans.map(() => newId()), bob.id],
  )
  await asOwner(database.adminUrl, 'vacuum analyze interactions')

  const read: string[] = []
  for (let cursor: string | null = ''; cursor !== null && read.length < 100; ) {
    const { body } = await anybody(`/v1/posts/${id}/likes?limit=30${cursor && `&cursor=${cursor}`}`)
    read.push(...body.data.map((member: { id: string }) => member.id))
    cursor = body.nextCursor
  }
  expect(read.slice(0, 100)).toEqual(fans.toReversed())
  for (const list of ['likes', 'reposts', 'quotes']) {
    const statements = (limit: number) =>
      statementsOf(deps, async () => {
        expect((await anybody(`/v1/posts/${id}/${list}?limit=${limit}`)).body.data).toHaveLength(limit)
      })
    expect([list, await statements(100)]).toEqual([list, await statements(1)])
  }

  const { rows } = await pool.query(`explain (analyze, format json) ${reactionsSql('like')}`, [
    ...[bob.id, id, 'ffffffff-ffff-ffff-ffff-ffffffffffff', 101],
  ])
  const scans: Record<string, unknown>[] = []
  // biome-ignore lint/suspicious/noExplicitAny: a plan is a tree of anything
  const visit = (node: any): void => {
    if (node['Relation Name'] === 'interactions') scans.push(node)
    for (const child of node.Plans ?? []) visit(child)
  }
  visit(rows[0]['QUERY PLAN'][0].Plan)
  expect(scans).toHaveLength(1)
  expect(scans[0]).toMatchObject({ 'Index Name': 'interactions_reactions_idx' })
  expect(scans[0]!['Actual Rows']).toBeLessThanOrEqual(101)
})
