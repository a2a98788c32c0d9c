import { expect, test } from 'vitest'
import { call, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app } = await world()
const alice = await person(app)
const bob = await person(app)

test('a profile is changed field by field, and read by id, handle and address', async () => {
  expect((await alice.patch('/v1/me', { handle: 'alice', displayName: 'Alice 🌊' })).status).toBe(200)
  const changed = await alice.patch('/v1/me', { bio: 'Writes.\nReads.' })
  expect(changed.body).toEqual({
    id: alice.id,
    address: alice.address,
    handle: 'alice',
    displayName: 'Alice 🌊',
    bio: 'Writes.\nReads.',
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    counts: { followers: 0, following: 0, posts: 0 },
  })
  for (const name of [alice.id, 'alice', alice.address, alice.address.toLowerCase()])
    expect((await call(app, 'GET', `/v1/members/${name}`)).body).toEqual({ ...changed.body, viewer: null })
  expect((await alice.get('/v1/me')).body).toEqual(changed.body)
  expect((await alice.patch('/v1/me', {})).body).toEqual(changed.body)
})

test('a handle belongs to one member', async () => {
  await alice.patch('/v1/me', { handle: 'river' })
  const refused = await bob.patch('/v1/me', { handle: 'river', bio: 'not to be kept' })
  expect([refused.status, refused.body.code]).toEqual([409, 'handle_taken'])
  expect((await bob.get('/v1/me')).body.bio).toBe('')
  expect((await alice.patch('/v1/me', { handle: null })).body.handle).toBeNull()
  expect((await bob.patch('/v1/me', { handle: 'brook' })).body.handle).toBe('brook')
  expect((await bob.patch('/v1/me', { handle: 'brook' })).status).toBe(200)
})

test('of ten who want a handle at once one gets it', async () => {
  const people = await Promise.all(Array.from({ length: 10 }, () => person(app)))
  const answers = await Promise.all(people.map((p) => p.patch('/v1/me', { handle: 'wanted' })))
  expect(answers.map((a) => a.status).sort()).toEqual([200, ...Array(9).fill(409)])
})

test('what is no handle, name or bio is refused with where and why', async () => {
  const before = (await alice.get('/v1/me')).body
  for (const handle of [
    'al',
    'a'.repeat(31),
    'Alice',
    'ali ce',
    '-ali',
    'älice',
    'me',
    'admin',
    'a\u0000bc',
    '',
    7,
  ])
    expect([handle, (await alice.patch('/v1/me', { handle })).status]).toEqual([handle, 422])
  for (const change of [
    { displayName: 'x'.repeat(51) },
    { displayName: 'a\u0000b' },
    { bio: 'x'.repeat(501) },
    { bio: null },
    { address: bob.address },
    { id: bob.id },
  ]) {
    const answer = await alice.patch('/v1/me', change)
    expect([change, answer.status]).toEqual([change, 422])
    expect(answer.body.errors[0].pointer).toBe(`#/${Object.keys(change)[0]}`)
  }
  // 50 characters, 100 UTF-16 units.
  expect((await alice.patch('/v1/me', { displayName: '🌊'.repeat(50) })).status).toBe(200)
  await alice.patch('/v1/me', { displayName: before.displayName })
  expect((await alice.get('/v1/me')).body).toEqual(before)
})

test('nobody there', async () => {
  for (const name of [
    'nobody',
    `0x${'0'.repeat(40)}`,
    '01932c5e-7d3a-7c63-9c1e-6f1f6b0c2a11',
    '%00',
    '..%2f',
    "'",
  ]) {
    const answer = await call(app, 'GET', `/v1/members/${name}`)
    expect([name, answer.status, answer.body.code]).toEqual([name, 404, 'member_not_found'])
  }
})

test("an exit secret is its member's alone", async () => {
  const mine = (await alice.get('/v1/me/exit-secret')).body.exitSecret
  expect(mine).toBe(alice.signIn.body.exitSecret)
  expect((await bob.get('/v1/me/exit-secret')).body.exitSecret).not.toBe(mine)
  expect((await call(app, 'GET', '/v1/me/exit-secret')).status).toBe(401)
  expect(JSON.stringify((await call(app, 'GET', `/v1/members/${alice.id}`)).body)).not.toContain(
    mine.slice(2),
  )
})
