import { connect } from 'node:net'
import { createPool, newId } from '@rivulet/db'
import { afterAll, afterEach, expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { call, type Person, person } from '../../test/people.ts'
import { have, type Reading, reads } from '../../test/reading.ts'
import { world } from '../../test/world.ts'
import { buildApp } from '../app.ts'
import { readPosition, writePosition } from './position.ts'

const { app, deps, database } = await world()
const url = await app.listen({ host: '127.0.0.1', port: 0 })
const owner = createPool(database.adminUrl, { max: 3 })
afterAll(() => owner.end())

const open: Reading[] = []
function reading(...[token, topics, lastEventId]: [string, string[], string?]): Reading {
  const one = reads(url, token, topics, { lastEventId })
  open.push(one)
  return one
}
afterEach(async () => {
  for (const one of open.splice(0)) one.stop()
  await expect.poll(openStreams, { timeout: 30_000 }).toBe(0)
})

async function metric(name: string): Promise<number> {
  const page: string = (await call(app, 'GET', '/metrics')).body
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1])
}
const openStreams = () => metric('rivulet_streams_open')

const TELL = `insert into notifications (id, member_id, kind, ref_id, body)
              select gen_random_uuid(), $1, 'follow', $1, '{}' from generate_series(1, $2)`

const idsOf = ({ events }: Reading) => events.map(({ data }) => (data as { id: string }).id)

async function ends(stream: Response): Promise<void> {
  const reader = stream.body!.getReader()
  while (!(await reader.read().catch(() => ({ done: true }))).done);
}

const opens = (token: string, query = '') =>
  fetch(`${url}/v1/stream${query}`, { headers: { authorization: `Bearer ${token}` } })

test('alice sees at once who follows and tips her, what she has, and what those she follows write', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  await fund(deps, bob.id, 'available', 1_000_000_000n)
  await alice.put(`/v1/members/${bob.id}/follow`)
  const stream = reading(alice.token, ['notifications', 'wallet', 'feed'])
  await stream.begun
  await bob.put(`/v1/members/${alice.id}/follow`)
  await have(stream, 1)
  const post = await bob.writes('something new')
  await bob.writes('a comment is no item of a home feed', { replyTo: post.id })
  await have(stream, 2)
  await bob.post('/v1/tips', { memberId: alice.id, amount: '0.5' }, { 'idempotency-key': 'a tip' })
  await have(stream, 4)

  const [tip, follow] = (await alice.get('/v1/notifications')).body.data
  expect(stream.events.map(({ event, data }) => [event, data])).toEqual([
    ['notifications', follow],
    ['feed', { count: 1, ids: [post.id] }],
    ['notifications', tip],
    // 2.5 % of 0.5 is 0.0125.
    ['wallet', { ...(await alice.get('/v1/wallet')).body, available: '0.4875' }],
  ])
  expect(await metric('rivulet_stream_events_sent_total')).toBe(5)
})

test('what alice has muted, blocked or not asked for is not in her stream', async () => {
  const [alice, bob, carol] = [await person(app), await person(app), await person(app)]
  for (const who of [bob, carol]) await alice.put(`/v1/members/${who.id}/follow`)
  await alice.put(`/v1/members/${bob.id}/mute`)
  const feed = reading(alice.token, ['feed'])
  await feed.begun
  await bob.writes('muted')
  await alice.writes('my own')
  await carol.put(`/v1/members/${alice.id}/follow`)
  const post = await carol.writes('to be seen')
  await have(feed, 1)
  expect(feed.events.map(({ data }) => data)).toEqual([{ count: 1, ids: [post.id] }])
})

test('behind whichever event alice goes on, she is told the rest and nothing twice', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  await fund(deps, bob.id, 'available', 1_000_000_000n)
  await alice.put(`/v1/members/${bob.id}/follow`)
  const all = ['notifications', 'wallet', 'feed']
  const first = reading(alice.token, all)
  await first.begun
  await owner.query(TELL, [alice.id, 1])
  await have(first, 1)
  first.stop()

  // While she is away: three in one transaction, a post and a tip.
  await owner.query(TELL, [alice.id, 3])
  await bob.writes('while you were away')
  await bob.post('/v1/tips', { memberId: alice.id, amount: '0.1' }, { 'idempotency-key': 'a tip' })
  const back = reading(alice.token, all, first.events[0]!.id)
  await have(back, 6)
  expect(back.events.map(({ event }) => event)).toEqual([
    ...Array(4).fill('notifications'),
    ...['feed', 'wallet'],
  ])
  back.stop()
  for (const [i, { id }] of back.events.entries()) {
    const rest = back.events.slice(i + 1)
    const again = reading(alice.token, all, id)
    await owner.query(TELL, [alice.id, 1])
    await have(again, rest.length + 1 + i)
    const told = again.events.map(({ data }) => data)
    expect(told).toEqual(expect.arrayContaining(rest.map(({ data }) => data)))
    // What the rounds before have added is new to this one, and nothing else is.
    expect(told).toHaveLength(rest.length + 1 + i)
    expect(new Set(told.map((one) => JSON.stringify(one))).size).toBe(told.length)
    again.stop()
  }
})

test('a transaction that is held open while others end is told of when it ends, and by a replay too', async () => {
  const alice = await person(app)
  const stream = reading(alice.token, ['notifications'])
  await stream.begun
  const tell = `insert into notifications (id, member_id, kind, ref_id, body) values ($1, $2, 'follow', $2, '{}')`
  const [early, late] = [newId(), newId()]
  const slow = await owner.connect()
  await slow.query('begin')
  await slow.query(tell, [early, alice.id])
  await owner.query(tell, [late, alice.id])
  await have(stream, 1)
  // Several looks have passed it by: each is a transaction of its own.
  const looks = async () =>
    (
      await owner.query(`select pg_stat_get_db_xact_commit(oid)::int as n from pg_database
     where datname = current_database()`)
    ).rows[0].n as number
  const before = await looks()
  await expect.poll(looks, { timeout: 30_000 }).toBeGreaterThan(before + 10)
  expect(idsOf(stream)).toEqual([late])
  await slow.query('commit')
  slow.release()
  await have(stream, 2)
  expect(idsOf(stream)).toEqual([late, early])

  const replay = reading(alice.token, ['notifications'], stream.events[0]!.id)
  await have(replay, 1)
  expect(idsOf(replay)).toEqual([early])
})

test('beyond a thousand, a day, or what this database has ever said, alice is told to read anew', async () => {
  const alice = await person(app)
  const stream = reading(alice.token, ['notifications'])
  await stream.begun
  await owner.query(TELL, [alice.id, 1])
  await have(stream, 1)
  const id = stream.events[0]!.id!
  stream.stop()
  await owner.query(TELL, [alice.id, 1_000])
  const whole = reading(alice.token, ['notifications'], id)
  await have(whole, 1_000)
  expect(new Set(idsOf(whole)).size).toBe(1_000)
  whole.stop()

  await owner.query(TELL, [alice.id, 1])
  const position = readPosition(id)!
  const dayOld = writePosition({ ...position, at: position.at - 24 * 3_600_000 - 60_000 })
  const ofElsewhere = writePosition({ ...position, feed: '1:999999999999:' })
  for (const lost of [id, dayOld, ofElsewhere, 'nonsense', `${id}x`.slice(5)]) {
    const reset = reading(alice.token, ['notifications'], lost)
    await have(reset, 1)
    await owner.query(TELL, [alice.id, 1])
    await have(reset, 2)
    expect(reset.events.map(({ event }) => event)).toEqual(['reset', 'notifications'])
    reset.stop()
  }
})

test('a ticket opens one stream, for a minute, and is kept as a hash', async () => {
  const alice = await person(app)
  const issued = await alice.post('/v1/stream/ticket')
  expect([issued.status, issued.body]).toMatchObject([200, { ticket: expect.any(String) }])
  const { ticket } = issued.body
  const kept = await owner.query('select t::text as row from stream_tickets t')
  expect(kept.rows).toHaveLength(1)
  expect(kept.rows[0].row).not.toContain(ticket)
  const tries = await Promise.all(
    Array.from({ length: 4 }, () => fetch(`${url}/v1/stream?topics=wallet&ticket=${ticket}`)),
  )
  expect(tries.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401])
  const stream = tries.find(({ status }) => status === 200)!
  expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/)
  await alice.delete('/v1/auth/session')
  await ends(stream)

  const bob = await person(app)
  const late = (await bob.post('/v1/stream/ticket')).body.ticket
  await owner.query(`update stream_tickets set expires_at = now()`)
  expect((await fetch(`${url}/v1/stream?ticket=${late}`)).status).toBe(401)
  const orphan = (await bob.post('/v1/stream/ticket')).body.ticket
  await bob.delete('/v1/auth/session')
  expect((await fetch(`${url}/v1/stream?ticket=${orphan}`)).status).toBe(401)
  expect((await fetch(`${url}/v1/stream`)).status).toBe(401)
})

const keyOf = async (who: Person, scopes: string[]): Promise<{ id: string; key: string }> =>
  (await who.post('/v1/keys', { name: 'a bot', scopes })).body

test('a stream ends with what opened it: a session, a key, a ticket of a key, an account', async () => {
  const alice = await person(app)
  const inSession = await opens(alice.token)
  const [revoked, expiring, actor] = [
    await keyOf(alice, ['read']),
    await keyOf(alice, ['read']),
    await keyOf(alice, ['act']),
  ]
  expect((await opens(actor.key)).status).toBe(403)
  const byKey = await opens(revoked.key)
  const asKey = { authorization: `Bearer ${expiring.key}` }
  const { ticket } = (await call(app, 'POST', '/v1/stream/ticket', undefined, asKey)).body
  const byTicket = await fetch(`${url}/v1/stream?ticket=${ticket}`)
  expect([inSession.status, byKey.status, byTicket.status]).toEqual([200, 200, 200])

  await alice.delete(`/v1/keys/${revoked.id}`)
  await ends(byKey)
  await owner.query(`update api_keys set expires_at = now() where id = $1`, [expiring.id])
  await ends(byTicket)
  expect(await openStreams()).toBe(1)
  // As a deletion of the account does.
  await owner.query('delete from sessions where member_id = $1', [alice.id])
  await ends(inSession)
})

test('of six streams of alice five are open, and one that ends makes room', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  const six = await Promise.all(Array.from({ length: 6 }, () => opens(alice.token)))
  expect(six.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 429])
  expect(await six.find(({ status }) => status === 429)!.json()).toMatchObject({ code: 'too_many_streams' })
  const others = await opens(bob.token)
  expect(others.status).toBe(200)
  const [first, ...rest] = six.filter(({ status }) => status === 200)
  await first!.body!.cancel()
  await expect.poll(openStreams, { timeout: 30_000 }).toBe(5)
  const again = await opens(alice.token)
  expect(again.status).toBe(200)
  for (const one of [again, others, ...rest]) await one.body!.cancel()
})

test('who never reads is cut, and the others go on', async () => {
  const [alice, bob] = [await person(app), await person(app)]
  const stream = reading(bob.token, ['notifications'])
  await stream.begun
  const before = await metric('rivulet_streams_cut_total')
  const { port, hostname } = new URL(url)
  const socket = connect({ port: Number(port), host: hostname })
  socket.pause().on('error', () => {})
  socket.write(`GET /v1/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${alice.token}\r\n\r\n`)
  await expect.poll(openStreams, { timeout: 30_000 }).toBe(2)
  // 20 MB in one look: more than the buffers of the system take.
  await owner.query(
    `insert into notifications (id, member_id, kind, ref_id, body)
     select gen_random_uuid(), $1, 'follow', $1, json_build_object('x', repeat('x', 100000)) from generate_series(1, 200)`,
    [alice.id],
  )
  await expect.poll(() => metric('rivulet_streams_cut_total'), { timeout: 60_000 }).toBe(before + 1)
  expect(await openStreams()).toBe(1)
  await owner.query(TELL, [bob.id, 1])
  await have(stream, 1)
  socket.destroy()
})

test('a process that stops ends its streams, and takes no more', async () => {
  const alice = await person(app)
  const other = await buildApp(deps)
  const there = await other.listen({ host: '127.0.0.1', port: 0 })
  const stream = await fetch(`${there}/v1/stream`, { headers: { authorization: `Bearer ${alice.token}` } })
  expect(stream.status).toBe(200)
  const closed = other.close()
  await ends(stream)
  await closed
})

test('queries that are wrong are told what would be right', async () => {
  const alice = await person(app)
  for (const [query, detail] of [
    ['topics=weather', 'notifications, wallet, feed'],
    ['topics=', 'notifications, wallet, feed'],
    [`lastEventId=${'x'.repeat(8_193)}`, '8192'],
    [`ticket=${'x'.repeat(101)}`, 'ticket'],
  ]) {
    const answer = await alice.get(`/v1/stream?${query}`)
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([422, expect.stringContaining(detail!)])
  }
})
