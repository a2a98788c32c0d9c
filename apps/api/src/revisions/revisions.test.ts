import { expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { type Answer, call, NOBODY, person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const [alice, bob] = [await person(app), await person(app)]
const anybody = (url: string) => call(app, 'GET', url)
const refusal = ({ status, body }: Answer) => [status, body.code]

const article = async (text: string, more: object = {}) =>
  (await alice.post('/v1/posts', { kind: 'article', title: 'On rivers', text, ...more })).body
/** As many revisions as that, by no call. */
const age = (id: string, to: number) =>
  deps.db.pool.query(
    `with kept as (
       insert into post_revisions (post_id, revision, title, text, created_at)
       select $1, n, null, 'v' || n, now() from generate_series(1, $2::int - 1) n
     )
     update posts set revision = $2::int, edited_at = now() where id = $1`,
    [id, to],
  )

test('alice revises her article, and what it said before can still be read', async () => {
  const { id } = await article('They *flow*.')
  const revised = await alice.patch(`/v1/posts/${id}`, { text: 'They *flow* down.' })
  expect(revised.status).toBe(200)
  expect(revised.body).toMatchObject({ title: 'On rivers', text: 'They *flow* down.', revision: 2 })
  expect(Math.abs(Date.parse(revised.body.editedAt) - Date.now())).toBeLessThan(60_000)
  expect((await alice.patch(`/v1/posts/${id}`, { title: null })).body).toMatchObject({
    ...{ title: null, text: 'They *flow* down.', revision: 3 },
  })
  expect((await bob.get(`/v1/posts/${id}`)).body).toMatchObject({ text: 'They *flow* down.', revision: 3 })

  const { data } = (await anybody(`/v1/posts/${id}/revisions`)).body
  expect(data.map((r: { revision: number; title: string }) => [r.revision, r.title])).toEqual([
    [3, null],
    [2, 'On rivers'],
    [1, 'On rivers'],
  ])
  for (const [n, text] of [
    [1, 'They *flow*.'],
    [2, 'They *flow* down.'],
    [3, 'They *flow* down.'],
  ])
    expect((await anybody(`/v1/posts/${id}/revisions/${n}`)).body).toMatchObject({ revision: n, text })
  for (const n of ['0', '4', '1e0', '-1', '99999999999', 'x'])
    expect([n, ...refusal(await anybody(`/v1/posts/${id}/revisions/${n}`))]).toEqual([
      ...[n, 404, 'revision_not_found'],
    ])
})

test('what changes nothing is no revision', async () => {
  const { id } = await article('still')
  for (const change of [{}, { text: 'still' }, { title: 'On rivers', text: 'still' }])
    expect((await alice.patch(`/v1/posts/${id}`, change)).body).toMatchObject({ revision: 1, editedAt: null })
})

test('notes, articles of others and what is not there are not revised, and no text is too long', async () => {
  const note = await alice.writes('a note')
  const note2 = await alice.patch(`/v1/posts/${note.id}`, { text: 'another' })
  expect(refusal(note2)).toEqual([422, 'not_revisable'])
  expect(note2.body.detail).toContain('publish another')
  const { id } = await article('mine')
  expect(refusal(await bob.patch(`/v1/posts/${id}`, { text: 'his' }))).toEqual([403, 'not_author'])
  expect((await call(app, 'PATCH', `/v1/posts/${id}`, { text: 'x' })).status).toBe(401)
  for (const nothing of [NOBODY, 'nothing'])
    expect(refusal(await alice.patch(`/v1/posts/${nothing}`, {}))).toEqual([404, 'post_not_found'])
  for (const body of [{ text: 'x'.repeat(50_001) }, { text: ' ' }, { title: '' }, { tags: [] }])
    expect(refusal(await alice.patch(`/v1/posts/${id}`, body))).toEqual([422, 'validation_failed'])
  await deps.db.pool.query('update members set suspended_at = now() where id = $1', [alice.id])
  expect(refusal(await alice.patch(`/v1/posts/${id}`, { text: 'x' }))).toEqual([403, 'suspended'])
  await deps.db.pool.query('update members set suspended_at = null where id = $1', [alice.id])
  expect((await anybody(`/v1/posts/${id}`)).body).toMatchObject({ text: 'mine', revision: 1 })
})

test('alice revises on two devices at once: one wins, and the other is told', async () => {
  const { id } = await article('draft')
  const read = await alice.get(`/v1/posts/${id}`)
  const etag = String(read.headers.etag)
  expect((await alice.get(`/v1/posts/${id}`, { 'if-none-match': etag })).status).toBe(304)
  const answers = await Promise.all(
    ['one', 'two'].map((text) => alice.patch(`/v1/posts/${id}`, { text }, { 'if-match': etag })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 412])
  const won = answers.find(({ status }) => status === 200)!
  expect((await anybody(`/v1/posts/${id}`)).body).toMatchObject({ text: won.body.text, revision: 2 })
  expect(refusal(answers.find(({ status }) => status === 412)!)).toEqual([412, 'precondition_failed'])
  expect((await alice.get(`/v1/posts/${id}`, { 'if-none-match': etag })).headers.etag).toBe(won.headers.etag)
  const next = await alice.patch(
    `/v1/posts/${id}`,
    { text: 'next' },
    { 'if-match': String(won.headers.etag) },
  )
  expect(next.body.revision).toBe(3)

  // Without it every one is kept, in some order.
  await Promise.all(['a', 'b', 'c'].map((text) => alice.patch(`/v1/posts/${id}`, { text })))
  expect((await anybody(`/v1/posts/${id}`)).body.revision).toBe(6)
  expect((await anybody(`/v1/posts/${id}/revisions`)).body.data).toHaveLength(6)
})

test('a locked text is locked in every revision, until it is paid for', async () => {
  const { id } = await article('worth a dollar', { price: '1' })
  await alice.patch(`/v1/posts/${id}`, { text: 'worth two' })
  for (const n of [1, 2])
    expect((await bob.get(`/v1/posts/${id}/revisions/${n}`)).body).toMatchObject({ locked: true, text: null })
  expect((await alice.get(`/v1/posts/${id}/revisions/1`)).body.text).toBe('worth a dollar')
  const before = String((await bob.get(`/v1/posts/${id}`)).headers.etag)
  await fund(deps, bob.id, 'available', 1_000_000_000n)
  const paid = await bob.post(`/v1/posts/${id}/unlock`, undefined, { 'idempotency-key': 'once' })
  expect(paid.status).toBe(201)
  expect((await bob.get(`/v1/posts/${id}/revisions/1`)).body.text).toBe('worth a dollar')
  expect((await bob.get(`/v1/posts/${id}`, { 'if-none-match': before })).body.text).toBe('worth two')
})

test('with the article every word it ever said is gone', async () => {
  const { id } = await article('a secret')
  await alice.patch(`/v1/posts/${id}`, { text: 'no secret' })
  await Promise.all([alice.delete(`/v1/posts/${id}`), alice.patch(`/v1/posts/${id}`, { text: 'late' })])
  for (const url of [`/v1/posts/${id}/revisions`, `/v1/posts/${id}/revisions/1`])
    expect(refusal(await anybody(url))).toEqual([404, 'post_not_found'])
  const kept = await deps.db.pool.query('select from post_revisions where post_id = $1', [id])
  expect(kept.rowCount).toBe(0)
})

test('a hundred revisions are the most, read in pages, by as many statements for all as for one', async () => {
  const { id } = await article('v1')
  await age(id, 99)
  const answers = await Promise.all(['a', 'b', 'c'].map((text) => alice.patch(`/v1/posts/${id}`, { text })))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  const refused = answers.find(({ status }) => status === 409)!
  expect([refused.body.code, refused.body.detail]).toEqual([
    ...['too_many_revisions', expect.stringContaining('100 revisions')],
  ])
  const read: number[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await anybody(`/v1/posts/${id}/revisions?limit=33${cursor && `&cursor=${cursor}`}`)
    read.push(...body.data.map((r: { revision: number }) => r.revision))
    cursor = body.nextCursor
  }
  expect(read).toEqual(Array.from({ length: 100 }, (_, i) => 100 - i))
  const statements = (limit: number) =>
    statementsOf(deps, async () => {
      const { body } = await anybody(`/v1/posts/${id}/revisions?limit=${limit}`)
      expect(body.data).toHaveLength(limit)
    })
  expect(await statements(100)).toBe(await statements(1))
})
