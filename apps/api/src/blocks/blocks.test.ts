import { expect, test } from 'vitest'
import { call, NOBODY, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app } = await world()
const [alice, bob, carol] = [await person(app), await person(app), await person(app)]

const countsOf = async (id: string) => (await call(app, 'GET', `/v1/members/${id}`)).body.counts
const refusal = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code]

test('a block ends follows in both directions, and neither follows again until it is taken back', async () => {
  await alice.put(`/v1/members/${bob.id}/follow`)
  await bob.put(`/v1/members/${alice.id}/follow`)
  await carol.put(`/v1/members/${bob.id}/follow`)
  for (let i = 0; i < 2; i++) {
    const answer = await alice.put(`/v1/members/${bob.id}/block`)
    expect([answer.status, answer.body]).toEqual([204, ''])
    expect(await countsOf(alice.id)).toMatchObject({ following: 0, followers: 0 })
    expect(await countsOf(bob.id)).toMatchObject({ following: 0, followers: 1 })
  }
  expect(refusal(await alice.put(`/v1/members/${bob.id}/follow`))).toEqual([403, 'blocked'])
  expect(refusal(await bob.put(`/v1/members/${alice.id}/follow`))).toEqual([403, 'blocked'])
  expect((await bob.delete(`/v1/members/${alice.id}/follow`)).status).toBe(204)

  // The other's block is the other's.
  await bob.delete(`/v1/members/${alice.id}/block`)
  expect(refusal(await bob.put(`/v1/members/${alice.id}/follow`))).toEqual([403, 'blocked'])
  for (let i = 0; i < 2; i++) expect((await alice.delete(`/v1/members/${bob.id}/block`)).status).toBe(204)
  expect((await bob.put(`/v1/members/${alice.id}/follow`)).status).toBe(204)
  expect(await countsOf(alice.id)).toMatchObject({ following: 0, followers: 1 })
})

test('whom I have blocked is listed for me alone, in pages', async () => {
  const crowd = await Promise.all(Array.from({ length: 3 }, () => person(app)))
  for (const { address } of crowd) await carol.put(`/v1/members/${address}/block`)
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer = await carol.get(`/v1/me/blocks?limit=2${cursor && `&cursor=${cursor}`}`)
    expect(answer.status).toBe(200)
    ids.push(...answer.body.data.map((member: { id: string }) => member.id))
    cursor = answer.body.nextCursor
  }
  expect(ids).toEqual(crowd.map(({ id }) => id).sort())
  expect((await crowd[0]!.get('/v1/me/blocks')).body).toEqual({ data: [], nextCursor: null })
  expect((await call(app, 'GET', '/v1/me/blocks')).status).toBe(401)
})

test('nobody blocks themselves, or nobody', async () => {
  expect(refusal(await alice.put(`/v1/members/${alice.id}/block`))).toEqual([422, 'self_block'])
  expect(refusal(await alice.delete(`/v1/members/${alice.id}/block`))).toEqual([422, 'self_block'])
  expect(refusal(await alice.put(`/v1/members/${NOBODY}/block`))).toEqual([404, 'member_not_found'])
})

test('follows and blocks at once: no follow outlives the block, and counters are exact', async () => {
  const [dave, erin] = [await person(app), await person(app)]
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all([
      dave.put(`/v1/members/${erin.id}/follow`),
      erin.put(`/v1/members/${dave.id}/block`),
      erin.put(`/v1/members/${dave.id}/follow`),
      dave.put(`/v1/members/${erin.id}/block`),
    ])
    expect(answers.map((a) => a.status).filter((status) => ![204, 403].includes(status))).toEqual([])
    expect(await countsOf(dave.id)).toMatchObject({ following: 0, followers: 0 })
    expect(await countsOf(erin.id)).toMatchObject({ following: 0, followers: 0 })
    await Promise.all([
      erin.delete(`/v1/members/${dave.id}/block`),
      dave.delete(`/v1/members/${erin.id}/block`),
    ])
  }
})

test('nobody consents to themselves, or to whom they have blocked', async () => {
  const url = `/v1/members/${bob.id}/split-consent`
  expect(refusal(await bob.put(url))).toEqual([422, 'self_consent'])
  expect(refusal(await bob.put(`/v1/members/${NOBODY}/split-consent`))).toEqual([404, 'member_not_found'])
  for (const verb of ['put', 'put', 'delete', 'delete'] as const)
    expect((await carol[verb](url)).status).toBe(204)
  await bob.put(`/v1/members/${carol.id}/block`)
  expect(refusal(await carol.put(url))).toEqual([403, 'blocked'])
  expect((await carol.delete(url)).status).toBe(204)
})
