import { newId, withTransaction } from '@rivulet/db'
import { notifyMembers, tellReactions } from '@rivulet/economy'
import { afterEach, expect, test } from 'vitest'
import { type Person, person } from '../../test/people.ts'
import { have, type Reading, reads } from '../../test/reading.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
const url = await app.listen({ host: '127.0.0.1', port: 0 })

const open: Reading[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.stop()
})

const tell = () => withTransaction(deps.db.pool, (tx) => tellReactions(tx, { limit: 1_000 }))
const list = async (who: Person, query = '') => (await who.get(`/v1/notifications${query}`)).body.data
const seen = ({ id, address }: Person) => ({ id, handle: null, displayName: '', address })

test('alice sees on her stream that bob likes her post, and again, as another notification, that carol does too', async () => {
  const [alice, bob, carol] = [await person(app), await person(app), await person(app)]
  const post = await alice.writes('What do you think?')
  const stream = reads(url, alice.token, ['notifications'])
  open.push(stream)
  await stream.begun
  await bob.put(`/v1/posts/${post.id}/like`)
  await tell()
  await have(stream, 1)
  await carol.put(`/v1/posts/${post.id}/like`)
  await tell()
  await have(stream, 2)
  const about = { kind: 'like', ref: { type: 'post', id: post.id }, readAt: null }
  const [first, second] = stream.events
  expect([first!.event, first!.data]).toEqual([
    'notifications',
    {
      ...{ ...about, id: expect.any(String), createdAt: expect.any(String) },
      ...{ actor: seen(bob), body: { count: 1, actors: [seen(bob)] } },
    },
  ])
  expect(second!.data).toMatchObject({
    ...{ ...about, actor: seen(carol), body: { count: 2, actors: [seen(carol), seen(bob)] } },
  })
  expect(await list(alice)).toEqual([second!.data])

  // Who comes back behind the first is told how it is now, and not how it was.
  stream.stop()
  const back = reads(url, alice.token, ['notifications'], { lastEventId: first!.id })
  open.push(back)
  await have(back, 1)
  expect(back.events.map(({ data }) => data)).toEqual([second!.data])
})

test('likes and reposts are listed by their kind, read as others, and counted as one each', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  const post = await alice.writes('Again')
  await bob.put(`/v1/posts/${post.id}/like`)
  await bob.put(`/v1/posts/${post.id}/repost`)
  await tell()
  expect((await list(alice, '?types=repost')).map(({ kind }: { kind: string }) => kind)).toEqual(['repost'])
  const count = async () => (await alice.get('/v1/notifications/unread-count')).body.count
  expect(await count()).toBe(2)
  const [newest] = await list(alice)
  await alice.post('/v1/notifications/read', { until: newest.id })
  expect([await count(), await list(alice, '?unread=true')]).toEqual([0, []])
  await bob.delete(`/v1/posts/${post.id}/like`)
  await tell()
  expect(await list(alice)).toHaveLength(2)
})

test('likes, reposts and disabled webhooks are told unless alice does without', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  const off = { inApp: false, from: 'everybody' }
  const kinds = { like: off, repost: off, webhook: off }
  expect((await alice.put('/v1/notifications/preferences', { kinds })).body.kinds).toMatchObject(kinds)
  const post = await alice.writes('Do not tell me')
  await bob.put(`/v1/posts/${post.id}/like`)
  await bob.put(`/v1/posts/${post.id}/repost`)
  await tell()
  const disabled = { status: 'disabled', reason: 'gone', url: 'https://bot.example.com/' }
  const notice = { memberId: alice.id, kind: 'webhook' as const, refId: newId(), body: disabled }
  await withTransaction(deps.db.pool, (tx) => notifyMembers(tx, [notice]))
  expect(await list(alice)).toEqual([])
  const on = { ...off, inApp: true }
  await alice.put('/v1/notifications/preferences', { kinds: { webhook: on } })
  await withTransaction(deps.db.pool, (tx) => notifyMembers(tx, [notice]))
  expect(await list(alice)).toMatchObject([{ kind: 'webhook', actor: null, body: disabled }])
})
