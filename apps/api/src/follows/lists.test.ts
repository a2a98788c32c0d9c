import { expect, test } from 'vitest'
import { crowd } from '../../test/crowd.ts'
import { type Answer, call, NOBODY, type Person, person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const [alice, bob, carol] = [await person(app), await person(app), await person(app)]

const anybody = (url: string) => call(app, 'GET', url)

/** Reads a list to its end. */
async function idsOf(get: (url: string) => Promise<Answer>, url: string, limit = 100): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await get(`${url}?limit=${limit}${cursor && `&cursor=${cursor}`}`)
    expect(answer.status).toBe(200)
    ids.push(...answer.body.data.map((member: { id: string }) => member.id))
    cursor = answer.body.nextCursor
  }
  return ids
}
const followers = (who: Person, limit?: number) => idsOf(anybody, `/v1/members/${who.id}/followers`, limit)
const following = (who: Person, limit?: number) => idsOf(anybody, `/v1/members/${who.id}/following`, limit)

test('bob and then carol follow alice: she has both, the newest first, and each of them has her', async () => {
  await bob.put(`/v1/members/${alice.id}/follow`)
  await carol.put(`/v1/members/${alice.id}/follow`)
  for (const limit of [1, 2, 3]) expect(await followers(alice, limit)).toEqual([carol.id, bob.id])
  expect(await following(alice)).toEqual([])
  expect(await following(bob)).toEqual([alice.id])
  expect((await anybody(`/v1/members/${alice.address}/followers`)).body.data[0]).toEqual(
    (await anybody(`/v1/members?ids=${carol.id}`)).body.data[0],
  )
  await bob.delete(`/v1/members/${alice.id}/follow`)
  expect(await followers(alice)).toEqual([carol.id])
})

test('whom a member has blocked sees the lists as anybody does, and is not on them', async () => {
  await carol.put(`/v1/members/${bob.id}/follow`)
  await alice.put(`/v1/members/${bob.id}/follow`)
  await bob.put(`/v1/members/${alice.id}/block`)
  expect(await followers(bob)).toEqual([carol.id])
  expect(await idsOf(alice.get, `/v1/members/${bob.id}/followers`)).toEqual([carol.id])
  expect(await following(alice)).toEqual([])
})

test('follows of the same moment are neither repeated nor left out', async () => {
  const fans = await crowd(deps, 100)
  const idol = await person(app)
  await deps.db.pool.query(
    `insert into follows (follower_id, followee_id, created_at)
     select id, $2, timestamptz '2026-01-01' + (n / 10) * interval '1 ms' from unnest($1::uuid[]) with ordinality f (id, n)`,
    [fans, idol.id],
  )
  for (const limit of [7, 100]) expect(await followers(idol, limit)).toEqual(fans.toReversed())
  await deps.db.pool.query('insert into follows (follower_id, followee_id) select $2, unnest($1::uuid[])', [
    fans,
    idol.id,
  ])
  expect(await following(idol, 7)).toEqual(fans.toReversed())

  for (const side of ['followers', 'following']) {
    const statements = (limit: number) =>
      statementsOf(deps, async () => {
        const answer = await anybody(`/v1/members/${idol.id}/${side}?limit=${limit}`)
        expect(answer.body.data).toHaveLength(limit)
      })
    expect([side, await statements(100)]).toEqual([side, await statements(1)])
  }
})

test('a follow that begins while somebody reads shifts nothing', async () => {
  const [dave, erin] = [await person(app), await person(app)]
  const url = `/v1/members/${dave.id}/followers?limit=1`
  await bob.put(`/v1/members/${dave.id}/follow`)
  await carol.put(`/v1/members/${dave.id}/follow`)
  const first = await anybody(url)
  await erin.put(`/v1/members/${dave.id}/follow`)
  const second = await anybody(`${url}&cursor=${first.body.nextCursor}`)
  expect([first, second].map(({ body }) => body.data[0].id)).toEqual([carol.id, bob.id])
  expect(second.body.nextCursor).toBeNull()
  const elsewhere = await anybody(`/v1/members/${dave.id}/following?cursor=${first.body.nextCursor}`)
  expect([elsewhere.status, elsewhere.body.code]).toEqual([400, 'invalid_cursor'])
})

test('nobody has neither', async () => {
  for (const side of ['followers', 'following']) {
    const answer = await anybody(`/v1/members/${NOBODY}/${side}`)
    expect([answer.status, answer.body.code]).toEqual([404, 'member_not_found'])
  }
})
