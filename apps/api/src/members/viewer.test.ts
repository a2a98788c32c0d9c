import { expect, test } from 'vitest'
import { call, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app } = await world()
const NOTHING = { following: false, followedBy: false, muted: false, blocked: false, splitConsent: false }

const seenBy = async (who: Person, other: Person) => (await who.get(`/v1/members/${other.id}`)).body.viewer

test('alice is told how she stands to bob, and he how he stands to her', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  const stands: [() => Promise<unknown>, object, object][] = [
    [async () => {}, {}, {}],
    [() => alice.put(`/v1/members/${bob.id}/follow`), { following: true }, { followedBy: true }],
    [
      () => bob.put(`/v1/members/${alice.id}/follow`),
      { following: true, followedBy: true },
      { following: true, followedBy: true },
    ],
    [() => bob.delete(`/v1/members/${alice.id}/follow`), { following: true }, { followedBy: true }],
    [() => alice.put(`/v1/members/${bob.id}/mute`), { following: true, muted: true }, { followedBy: true }],
    [
      () => bob.put(`/v1/members/${alice.id}/split-consent`),
      { following: true, muted: true },
      { followedBy: true, splitConsent: true },
    ],
    // A block ends follows and consents, and is not told to the one who is blocked.
    [() => alice.put(`/v1/members/${bob.id}/block`), { muted: true, blocked: true }, {}],
  ]
  for (const [does, hers, his] of stands) {
    await does()
    expect(await seenBy(alice, bob)).toEqual({ ...NOTHING, ...hers })
    expect(await seenBy(bob, alice)).toEqual({ ...NOTHING, ...his })
  }
})

test('nobody stands to a stranger, or to themselves', async () => {
  const alice = await person(app)
  expect((await call(app, 'GET', `/v1/members/${alice.id}`)).body.viewer).toBeNull()
  expect(await seenBy(alice, alice)).toBeNull()
})

test('who has read a profile is told anew when how they stand to it changes, and only then', async () => {
  const [alice, bob, carol] = [await person(app), await person(app), await person(app)]
  const url = `/v1/members/${bob.id}`
  const has = String((await alice.get(url)).headers.etag)
  await carol.put(`${url}/follow`)
  expect((await alice.get(url, { 'if-none-match': has })).status).toBe(304)
  await alice.put(`${url}/follow`)
  const again = await alice.get(url, { 'if-none-match': has })
  expect([again.status, again.body.viewer.following]).toEqual([200, true])
  // Her own tag is that of what she can change, wherever she reads it.
  const own = await alice.get(`/v1/members/${alice.id}`)
  expect(own.headers.etag).toBe((await alice.get('/v1/me')).headers.etag)
})
