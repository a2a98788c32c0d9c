import { newId } from '@rivulet/db'
import { expect, test } from 'vitest'
import { call, NOBODY, person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { asOwner, world } from '../../test/world.ts'
import { ANCESTORS, REPLIES } from './store.ts'

const { app, deps, database } = await world()
const { pool } = deps.db
const [alice, bob, carol] = [await person(app), await person(app), await person(app)]

// biome-ignore lint/suspicious/noExplicitAny: a tree of answers
type Node = any
const threadOf = async (id: string, query = '') =>
  (await call(app, 'GET', `/v1/posts/${id}/thread${query}`)).body as Node
/** A tree of texts: what is on a comment stands in brackets after it, and … where there is more. */
const drawn = ({ replies, nextCursor }: Node): string =>
  replies
    .map((node: Node) => `${node.deleted ? '-' : node.text}${drawn(node) && `(${drawn(node)})`}`)
    .concat(nextCursor === null ? [] : ['…'])
    .join(' ')

/** Posts of alice's by no call: each a comment on the one at its place in `on`, null a post of its own. */
async function grow(on: (string | null)[], ids = on.map(() => newId())): Promise<string[]> {
  await pool.query(
    `insert into posts (id, author_id, kind, text, reply_to)
     select id, $3, 'note', 'x', reply_to from unnest($1::uuid[], $2::uuid[]) new (id, reply_to)`,
    [ids, on, alice.id],
  )
  return ids
}

/** How many rows a statement's scans gave or threw away. */
async function rowsTouched(sql: string, values: unknown[]): Promise<number> {
  const { rows } = await pool.query(`explain (analyze, format json) ${sql}`, values)
  const visit = (node: Node): number =>
    (/Scan$/.test(node['Node Type']) && !/CTE|WorkTable|Subquery/.test(node['Node Type'])
      ? (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
      : 0) + (node.Plans ?? []).reduce((sum: number, child: Node) => sum + visit(child), 0)
  return visit(rows[0]['QUERY PLAN'][0].Plan)
}

test('alice asks, bob and carol answer, and from any of it the whole talk can be seen', async () => {
  const root = await alice.writes('who swims?')
  const one = await bob.writes('me', { replyTo: root.id })
  await carol.writes('not me', { replyTo: root.id })
  const when = await alice.writes('when?', { replyTo: one.id })
  const late = await bob.writes('at noon', { replyTo: when.id })
  await carol.writes('too hot', { replyTo: late.id })

  expect(drawn(await threadOf(root.id))).toBe('me(when?(at noon(…))) not me')
  const inside = (await bob.get(`/v1/posts/${when.id}/thread`)).body
  expect(inside.ancestors.map((post: Node) => post.text)).toEqual(['who swims?', 'me'])
  expect([inside.moreAncestors, inside.post.text, drawn(inside)]).toEqual([
    false,
    'when?',
    'at noon(too hot)',
  ])
  expect(inside.post).toEqual((await bob.get(`/v1/posts/${when.id}`)).body)
  for (const id of [NOBODY, newId(), 'nothing'])
    expect(await threadOf(id)).toMatchObject({ status: 404, code: 'post_not_found' })
})

test('what was deleted keeps its place while somebody has commented on it, without a word or a name', async () => {
  const root = await alice.writes('root')
  const gone = await bob.writes('I regret this', { replyTo: root.id, tags: ['shame'] })
  const answer = await carol.writes('I do not', { replyTo: gone.id })
  const leaf = await carol.writes('nor this', { replyTo: root.id })
  const quote = await carol.writes('look', { quoteOf: gone.id })
  for (const [who, post] of [
    [bob, gone],
    [carol, leaf],
  ] as const)
    expect((await who.delete(`/v1/posts/${post.id}`)).status).toBe(204)

  expect(drawn(await threadOf(root.id))).toBe('-(I do not)')
  const { data } = (await call(app, 'GET', `/v1/posts/${root.id}/comments`)).body
  expect(data).toHaveLength(1)
  expect(data[0]).toMatchObject({
    ...{ id: gone.id, deleted: true, text: null, title: null, tags: [], replyTo: root.id, earned: '0' },
    author: { handle: null, displayName: '', id: '00000000-0000-0000-0000-000000000000' },
    counts: { comments: 1 },
  })
  expect(JSON.stringify(data)).not.toContain(bob.id)
  expect(JSON.stringify(data)).not.toContain('regret')
  const above = await threadOf(answer.id)
  expect(above.ancestors.map((post: Node) => [post.id, post.deleted])).toEqual([
    [root.id, false],
    [gone.id, true],
  ])
  expect(await threadOf(gone.id)).toMatchObject({ post: { id: gone.id, deleted: true, text: null } })

  // Nowhere else: not by its id, in bulk, in a feed; and a quote of it still says of what.
  expect((await call(app, 'GET', `/v1/posts/${gone.id}`)).status).toBe(404)
  expect((await call(app, 'GET', `/v1/posts?ids=${gone.id},${leaf.id}`)).body.data).toEqual([])
  expect(await threadOf(leaf.id)).toMatchObject({ status: 404 })
  expect((await call(app, 'GET', `/v1/posts/${quote.id}`)).body.quoteOf).toBe(gone.id)
  expect((await bob.post('/v1/posts', { kind: 'note', text: 'x', replyTo: gone.id })).status).toBe(404)
})

test('a wide thread is read to its end in pages, and each branch by its own cursor', async () => {
  const [root] = await grow([null])
  const first = await grow(Array(7).fill(root))
  const second = await grow(Array(5).fill(first[0]))
  const read: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await threadOf(root!, `?limit=3${cursor && `&cursor=${cursor}`}`)
    read.push(...page.replies.map((node: Node) => node.id))
    cursor = page.nextCursor
  }
  expect(read).toEqual(first)

  const [branch] = (await threadOf(root!)).replies
  expect(branch.replies.map((node: Node) => node.id)).toEqual(second.slice(0, 3))
  const rest = await threadOf(first[0]!, `?cursor=${branch.nextCursor}`)
  expect(rest.replies.map((node: Node) => node.id)).toEqual(second.slice(3))
  const elsewhere = await call(app, 'GET', `/v1/posts/${root}/thread?cursor=${branch.nextCursor}`)
  expect([elsewhere.status, elsewhere.body.code]).toEqual([400, 'invalid_cursor'])
})

test('ten thousand comments in a row, or twenty thousand on one post, cost what a few do', async () => {
  const chain = Array.from({ length: 10_001 }, () => newId())
  await grow([null, ...chain.slice(0, -1)], chain)
  for (let batch = 0; batch < 4; batch++)
    await pool.query(
      `insert into posts (id, author_id, kind, text, reply_to)
       select uuidv7(), $2, 'note', 'x', $1 from generate_series(1, 5000)`,
      [chain[0], alice.id],
    )
  await asOwner(database.adminUrl, 'analyze posts')

  const end = await threadOf(chain.at(-1)!)
  expect(end.ancestors.map((post: Node) => post.id)).toEqual(chain.slice(-101, -1))
  expect([end.moreAncestors, end.replies]).toEqual([true, []])
  const start = await threadOf(chain[0]!, '?limit=100')
  expect(start.replies).toHaveLength(100)
  expect(start.replies[0].replies[0].replies[0]).toMatchObject({ id: chain[3], replies: [] })
  expect(start.replies[0].replies[0].replies[0].nextCursor).not.toBeNull()

  // 101 above, and one to see whether there is more. Below: 101 comments, and at most 4, 4 and 1 on each of those shown.
  expect(await rowsTouched(ANCESTORS, [chain.at(-1), 100])).toBeLessThanOrEqual(102)
  const most = 101 + 100 * 4 + 300 * 4 + 900
  const root = [chain[0], '00000000-0000-0000-0000-000000000000', 100, [3, 3, 0]]
  expect(await rowsTouched(REPLIES, root)).toBeLessThanOrEqual(most)

  for (const limit of [1, 100])
    expect(
      await statementsOf(deps, async () => {
        expect((await threadOf(chain[0]!, `?limit=${limit}`)).replies).toHaveLength(limit)
      }),
    ).toBe(3)
})

test('a page of a hundred comments takes as many statements as one of one', async () => {
  const [root] = await grow([null])
  await grow(Array(100).fill(root))
  const statements = (limit: number) =>
    statementsOf(deps, async () => {
      const { body } = await call(app, 'GET', `/v1/posts/${root}/comments?limit=${limit}`)
      expect(body.data).toHaveLength(limit)
    })
  expect(await statements(100)).toBe(await statements(1))
})

test('no thread has more than five hundred comments, and what is cut says so', async () => {
  const [root] = await grow([null])
  const first = await grow(Array(100).fill(root))
  const second = await grow(first.flatMap((id) => [id, id, id]))
  await grow(second.flatMap((id) => [id, id, id]))
  const thread = await threadOf(root!, '?limit=100')
  const count = (node: Node): number =>
    node.replies.reduce((sum: number, reply: Node) => sum + 1 + count(reply), 0)
  expect(count(thread)).toBe(500)
  const last = thread.replies.at(-1).replies.at(-1)
  expect([last.replies, last.nextCursor === null]).toEqual([[], false])
  expect((await threadOf(second.at(-1)!, `?cursor=${last.nextCursor}`)).replies).toHaveLength(3)
})
