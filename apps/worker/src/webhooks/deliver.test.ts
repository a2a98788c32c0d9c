import { createPool, newId, withTransaction } from '@rivulet/db'
import { notificationsOf, notifyMembers } from '@rivulet/economy'
import { testDatabase } from '@rivulet/stack'
import { pino } from 'pino'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, expect, test } from 'vitest'
import { type Receiver, receiver, selfSigned } from '../../test/certificate.ts'
import { webhooksWorld } from '../../test/webhooks.ts'
import { Deliverer } from './deliver.ts'
import { forgetOldDeliveries } from './forget.ts'
import { signedHeaders } from './sign.ts'

const database = await testDatabase()
const pool = createPool(database.url, { max: 20 })
const { member, hook, secret, tell, deliveries, wait } = webhooksWorld(pool)
const tls = selfSigned()
const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
const options = { toPrivate: true, ports: [], timeoutMs: 30_000, ca: tls.cert }
const deliverer = new Deliverer(pool, options, { turnMs: 500 })

const opened: Receiver[] = []
const receives: typeof receiver = async (...how) => {
  const one = await receiver(...how)
  opened.push(one)
  return one
}
afterEach(() => pool.query('delete from webhook_deliveries'))
afterAll(async () => {
  await deliverer.drain()
  for (const { server } of opened) server.close().closeAllConnections()
  await pool.end()
  await database.close()
})

async function turn(by = deliverer): Promise<void> {
  await by.run(log)
  await by.drain()
}

test("alice's receiver is told what her list shows, signed so that another implementation believes it", async () => {
  const alice = await member()
  const at = await receives(tls)
  const { id, secret: key } = await hook(alice, at.url)
  const [refId] = await tell([alice])
  await turn()

  const [notification] = await notificationsOf(pool, alice, { take: 1 })
  const [{ body, headers }] = at.received as [Receiver['received'][number]]
  const createdAt = notification!.createdAt.toISOString()
  expect(JSON.parse(body)).toEqual({
    ...{ type: 'notification.withdrawal', timestamp: createdAt },
    data: {
      ...{ id: notification!.id, kind: 'withdrawal', ref: { type: 'withdrawal', id: refId } },
      ...{ actor: null, body: notification!.body, createdAt, readAt: null },
    },
  })
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Rivulet-Webhooks/1' })
  const [delivery] = await deliveries(id)
  expect(headers['webhook-id']).toBe(delivery!.id)
  expect(delivery).toMatchObject({ status: 'delivered', attempts: 1, lastStatus: 204, lastError: null })

  const theirs = new Webhook(key)
  expect(theirs.verify(body, headers)).toEqual(JSON.parse(body))
  for (const i of [0, 20, body.length - 1]) {
    const flipped = Buffer.from(body)
    flipped[i]! ^= 1
    expect(() => theirs.verify(flipped.toString(), headers)).toThrow('No matching signature')
  }
  expect(() => theirs.verify(body, { ...headers, 'webhook-id': newId() })).toThrow('No matching signature')
  expect(() => new Webhook(Buffer.alloc(32).toString('base64')).verify(body, headers)).toThrow()
})

test('a request that is sent again later is believed no longer', () => {
  const bytes = Buffer.alloc(32, 7)
  const theirs = new Webhook(bytes.toString('base64'))
  const sentAt = (minutesAgo: number) =>
    signedHeaders({ id: 'a', at: Date.now() - minutesAgo * 60_000, body: '{}', secrets: [bytes] })
  expect(theirs.verify('{}', sentAt(4))).toEqual({})
  expect(() => theirs.verify('{}', sentAt(6))).toThrow('too old')
  expect(() => theirs.verify('{}', sentAt(-6))).toThrow('too new')
})

test('while a rotation has its grace, both secrets are believed; a third that has ended is not', async () => {
  const bob = await member()
  const at = await receives(tls)
  const { id, secret: ended } = await hook(bob, at.url)
  const end = (when: string) =>
    pool.query(
      `update webhook_secrets set ends_at = now() + $2::interval where webhook_id = $1 and ends_at is null`,
      [id, when],
    )
  await end('-1 second')
  const former = await secret(id)
  await end('1 hour')
  const newest = await secret(id)
  await tell([bob])
  await turn()
  const [{ body, headers }] = at.received as [Receiver['received'][number]]
  expect(headers['webhook-signature']?.split(' ')).toHaveLength(2)
  for (const key of [newest, former]) expect(new Webhook(key).verify(body, headers)).toBeTruthy()
  expect(() => new Webhook(ended).verify(body, headers)).toThrow('No matching signature')
})

test('only what is wanted is written, for whom it is, and nothing when it did not happen', async () => {
  const [alice, bob] = [await member(), await member()]
  const at = await receives(tls)
  const [all, some] = [await hook(alice, at.url), await hook(alice, at.url, ['webhook'])]
  const off = await hook(alice, at.url)
  await pool.query('update webhooks set enabled = false where id = $1', [off.id])
  await tell([alice, bob])
  await expect(
    withTransaction(pool, async (tx) => {
      await notifyMembers(tx, [{ memberId: alice, kind: 'withdrawal', refId: newId(), body: {} }])
      throw new Error('and yet not')
    }),
  ).rejects.toThrow('and yet not')
  expect(await deliveries(all.id)).toHaveLength(1)
  expect([...(await deliveries(some.id)), ...(await deliveries(off.id))]).toEqual([])
})

test('a failure is tried again after 5 s, 5 m, 30 m, 2 h, 5 h, 10 h and 10 h, with the same id and body, and given up', async () => {
  const carol = await member()
  const at = await receives(tls, (response) => response.writeHead(500).end('no'))
  const { id } = await hook(carol, at.url)
  await tell([carol])
  for (const seconds of [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]) {
    await turn()
    const [waiting] = await deliveries(id)
    expect(waiting).toMatchObject({ status: 'pending', lastStatus: 500 })
    // The jitter adds a fifth at most; a busy machine's clock has gone on a little since.
    expect(waiting!.wait).toBeGreaterThan(seconds - 5)
    expect(waiting!.wait).toBeLessThanOrEqual(seconds * 1.2)
    await turn()
    await wait()
  }
  await turn()
  await wait()
  await turn()
  expect(await deliveries(id)).toMatchObject([{ status: 'failed', attempts: 8, lastStatus: 500 }])
  expect(at.received).toHaveLength(8)
  expect(new Set(at.received.map(({ headers, body }) => headers['webhook-id'] + body)).size).toBe(1)
  const { rows } = await pool.query('select enabled, failing_since from webhooks where id = $1', [id])
  expect(rows[0]).toEqual({ enabled: true, failing_since: expect.any(Date) })
})

test('410 disables it at once; its member is told, by another webhook too; the rest is not sent', async () => {
  const dave = await member()
  const gone = await receives(tls, (response) => response.writeHead(410).end())
  const there = await receives(tls)
  const [left, other] = [await hook(dave, gone.url), await hook(dave, there.url, ['webhook'])]
  await tell([dave])
  await turn()
  await tell([dave])
  await turn()
  expect(await deliveries(left.id)).toMatchObject([{ status: 'failed', lastStatus: 410 }])
  const { rows } = await pool.query('select enabled, disabled_reason from webhooks where id = $1', [left.id])
  expect(rows[0]).toEqual({ enabled: false, disabled_reason: 'gone' })
  const told = (await notificationsOf(pool, dave, { take: 10 })).filter(({ kind }) => kind === 'webhook')
  expect(told).toMatchObject([
    { refId: left.id, body: { status: 'disabled', reason: 'gone', url: gone.url } },
  ])
  expect(there.received.map(({ type }) => type)).toEqual(['notification.webhook'])
  expect(await deliveries(other.id)).toMatchObject([{ status: 'delivered' }])
})

test('five days of nothing but failures disable it, once; a success in between begins anew', async () => {
  const erin = await member()
  let status = 503
  const at = await receives(tls, (response) => response.writeHead(status).end())
  const { id } = await hook(erin, at.url)
  const failing = async (since: string) => {
    await pool.query('update webhooks set failing_since = now() - $2::interval where id = $1', [id, since])
    await tell([erin], 3)
    await turn()
    const { rows } = await pool.query('select enabled, failing_since as since from webhooks where id = $1', [
      id,
    ])
    await pool.query('delete from webhook_deliveries')
    return rows[0] as { enabled: boolean; since: Date | null }
  }
  expect((await failing('4 days 23 hours')).enabled).toBe(true)
  status = 200
  expect(await failing('6 days')).toEqual({ enabled: true, since: null })
  status = 503
  expect((await failing('5 days')).enabled).toBe(false)
  const told = (await notificationsOf(pool, erin, { take: 20 })).filter(({ kind }) => kind === 'webhook')
  expect(told).toMatchObject([{ body: { reason: 'failing' } }])
})

test('slow receivers hold up nobody else: four requests to each, and eight for their member', async () => {
  const [slowpoke, frank] = [await member(), await member()]
  const held: (() => void)[] = []
  const sluggish = () => receives(tls, (response) => held.push(() => response.writeHead(200).end()))
  const slow = [await sluggish(), await sluggish(), await sluggish()]
  const quick = await receives(tls)
  const hooks = await Promise.all(slow.map(({ url }) => hook(slowpoke, url)))
  const { id } = await hook(frank, quick.url)
  await tell([slowpoke], 5)
  await tell([frank], 20)
  const done = async (...of: string[]) =>
    (await Promise.all(of.map(deliveries))).flat().filter(({ status }) => status === 'delivered').length
  const turns = async (...of: string[]) => (await deliverer.run(log)) && (await done(...of))
  await expect.poll(() => turns(id), { timeout: 60_000 }).toBe(20)
  // And what comes while they are waited for.
  await tell([frank], 3)
  await expect.poll(() => turns(id), { timeout: 60_000 }).toBe(23)
  const asked = slow.map(({ received }) => received.length)
  expect([asked.reduce((a, b) => a + b), Math.max(...asked)]).toEqual([8, 4])
  const ids = hooks.map((one) => one.id)
  expect(await done(...ids)).toBe(0)

  const letGo = setInterval(() => {
    for (const release of held.splice(0)) release()
  }, 10)
  await expect.poll(() => turns(...ids), { timeout: 60_000 }).toBe(15)
  clearInterval(letGo)
  expect(slow.map(({ received }) => received.length)).toEqual([5, 5, 5])
})

test('two workers send each delivery once', async () => {
  const grace = await member()
  const at = await receives(tls)
  const { id } = await hook(grace, at.url)
  await tell([grace], 40)
  const others = [new Deliverer(pool, options), new Deliverer(pool, options)]
  const isDone = async () => (await deliveries(id)).every(({ status }) => status === 'delivered')
  while (!(await isDone())) await Promise.all(others.map((one) => turn(one)))
  const ids = at.received.map(({ headers }) => headers['webhook-id'])
  expect([ids.length, new Set(ids).size]).toEqual([40, 40])
  expect((await deliveries(id)).map(({ attempts }) => attempts)).toEqual(Array(40).fill(1))
})

test('what came of a request is not written over what somebody else has claimed since', async () => {
  const heidi = await member()
  let release = () => {}
  const at = await receives(tls, (response) => {
    if (at.received.length > 1) return response.writeHead(200).end()
    release = () => response.writeHead(500).end()
  })
  const { id } = await hook(heidi, at.url)
  await tell([heidi])
  const late = new Deliverer(pool, options)
  const turning = late.run(log)
  await expect.poll(() => at.received.length, { timeout: 60_000 }).toBe(1)
  await turn()
  expect(at.received).toHaveLength(1)
  // Its lease is over, as if it had been asleep.
  await wait()
  await turn()
  release()
  await turning
  await late.drain()
  expect(await deliveries(id)).toMatchObject([{ status: 'delivered', attempts: 2, lastStatus: 200 }])
})

test('a webhook that is disabled or deleted is sent nothing that still waits', async () => {
  const ivan = await member()
  const at = await receives(tls)
  const [off, deleted] = [await hook(ivan, at.url), await hook(ivan, at.url)]
  await tell([ivan], 2)
  await pool.query('update webhooks set enabled = false where id = $1', [off.id])
  await pool.query('delete from webhooks where id = $1', [deleted.id])
  await turn()
  expect(await deliveries(off.id)).toMatchObject(Array(2).fill({ status: 'failed', lastError: 'disabled' }))
  expect(await deliveries(deleted.id)).toEqual([])
  expect(at.received).toEqual([])
})

test('deliveries are forgotten after thirty days, in as many statements as it takes', async () => {
  const judy = await member()
  const { id } = await hook(judy, 'https://127.0.0.1:9/')
  await tell([judy], 6)
  const kept = await deliveries(id)
  const old = kept.slice(0, 5).map((one) => one.id)
  await pool.query(
    `update webhook_deliveries set created_at = now() - interval '30 days 1 minute' where id = any($1)`,
    [old],
  )
  await pool.query(`update webhook_deliveries set created_at = now() - interval '29 days' where id = $1`, [
    kept[5]!.id,
  ])
  await forgetOldDeliveries(pool, log, { batch: 2 })
  expect((await deliveries(id)).map((one) => one.id)).toEqual([kept[5]!.id])
})
