import { expect, test } from 'vitest'
import { call, NOBODY, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app } = await world()
const alice = await person(app)
const bob = await person(app)

const countsOf = async (id: string) => (await call(app, 'GET', `/v1/members/${id}`)).body.counts

test('following twice is following once, and so is ending it', async () => {
  const url = `/v1/members/${bob.id}/follow`
  for (const [verb, n] of [
    ['put', 1],
    ['put', 1],
    ['delete', 0],
    ['delete', 0],
  ] as const) {
    const answer = await alice[verb](url)
    expect([answer.status, answer.body]).toEqual([204, ''])
    expect((await countsOf(alice.id)).following).toBe(n)
    expect((await countsOf(bob.id)).followers).toBe(n)
  }
})

test('nobody follows themselves, or nobody', async () => {
  const own = await alice.put(`/v1/members/${alice.id}/follow`)
  expect([own.status, own.body.code]).toEqual([422, 'self_follow'])
  const nobody = await alice.put(`/v1/members/${NOBODY}/follow`)
  expect([nobody.status, nobody.body.code]).toEqual([404, 'member_not_found'])
  expect((await call(app, 'PUT', `/v1/members/${bob.id}/follow`)).status).toBe(401)
})

test('counters stay exact when everybody follows everybody at once, several times', async () => {
  const circle = await Promise.all(Array.from({ length: 6 }, () => person(app)))
  const pairs = circle.flatMap((a) => circle.filter((b) => b !== a).map((b) => ({ a, b })))
  const answers = await Promise.all(
    [...pairs, ...pairs, ...pairs].map(({ a, b }) => a.put(`/v1/members/${b.id}/follow`)),
  )
  expect(answers.filter((answer) => answer.status !== 204)).toEqual([])
  for (const { id } of circle) expect(await countsOf(id)).toEqual({ followers: 5, following: 5, posts: 0 })

  await Promise.all([...pairs, ...pairs].map(({ a, b }) => a.delete(`/v1/members/${b.id}/follow`)))
  for (const { id } of circle) expect(await countsOf(id)).toEqual({ followers: 0, following: 0, posts: 0 })
})
