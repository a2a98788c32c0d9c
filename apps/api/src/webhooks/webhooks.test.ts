import { newId } from '@rivulet/db'
import { expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { type Answer, call, NOBODY, type Person, person } from '../../test/people.ts'
import { statementsOf } from '../../test/statements.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world({ MIN_WITHDRAWAL: '1' })
const URL_OF_HERS = 'https://bot.example.com/rivulet'

const refusal = ({ status, body }: Answer) => [status, body.code]

async function hook(who: Person, more: object = {}): Promise<Answer['body']> {
  const made = await who.post('/v1/webhooks', { url: URL_OF_HERS, ...more })
  expect(made.status).toBe(201)
  return made.body
}

let keys = 0
async function withdraws(who: Person): Promise<string> {
  const answer = await who.post('/v1/wallet/withdrawals', { amount: '1' }, { 'idempotency-key': `${++keys}` })
  expect(answer.status).toBe(202)
  return answer.body.id
}

/** What a worker has done with a delivery. */
const became = (id: string, status: 'delivered' | 'failed') =>
  deps.db.pool.query(
    `update webhook_deliveries set status = $2::webhook_delivery_status, attempts = 8, tries = 8, last_status = 500,
       last_at = now() where id = $1`,
    [id, status],
  )

async function keyOf(who: Person, ...scopes: string[]) {
  const { key } = (await who.post('/v1/keys', { name: 'bot', scopes })).body
  return (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: unknown) =>
    call(app, method, url, body, { authorization: `Bearer ${key}` })
}

test('alice makes one, is told its secret once, changes it, and deletes it', async () => {
  const alice = await person(app)
  const { secret, ...made } = await hook(alice)
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  expect(made).toEqual({
    ...{ id: expect.any(String), url: URL_OF_HERS, events: null, enabled: true, disabledReason: null },
    ...{ failingSince: null, formerEndsAt: null, createdAt: expect.any(String) },
  })
  const path = `/v1/webhooks/${made.id}`
  expect((await alice.get(path)).body).toEqual(made)
  expect((await alice.get('/v1/webhooks')).body).toEqual({ data: [made], nextCursor: null })

  const elsewhere = { url: 'https://bot.example.com/other', events: ['withdrawal'], enabled: false }
  expect((await alice.patch(path, elsewhere)).body).toEqual({ ...made, ...elsewhere })
  expect((await alice.patch(path, { events: null })).body.events).toBeNull()
  await deps.db.pool.query(
    `update webhooks set disabled_reason = 'failing', failing_since = now() where id = $1`,
    [made.id],
  )
  const failing = { enabled: false, disabledReason: 'failing', failingSince: expect.any(String) }
  expect((await alice.patch(path, {})).body).toMatchObject(failing)
  const anew = { enabled: true, disabledReason: null, failingSince: null }
  expect((await alice.patch(path, { enabled: true })).body).toMatchObject(anew)

  expect((await alice.delete(path)).status).toBe(204)
  for (const gone of [alice.get(path), alice.delete(path), alice.patch(path, {})])
    expect(refusal(await gone)).toEqual([404, 'webhook_not_found'])
})

test('what it may not point to, or ask for, is refused with what is wrong', async () => {
  const bob = await person(app)
  const { id } = await hook(bob)
  for (const [url, detail] of [
    ['http://bot.example.com/', 'must begin with https://'],
    ['https://169.254.169.254/latest/meta-data', 'must be at a public address; 169.254.169.254 is none'],
    ['https://0x7f.1/', 'must be at a public address; 127.0.0.1 is none'],
    ['https://bob:hush@bot.example.com/', 'must not carry a name or password'],
    ['https://bot.example.com:8443/', 'must be at port 443, not 8443'],
    ['https://localhost/', 'must be at a public name; localhost is none'],
    ['somewhere', 'must be a URL'],
    [`https://bot.example.com/${'a'.repeat(2_048)}`, 'must have 1 to 2048 characters'],
  ] as const)
    for (const refused of [
      await bob.post('/v1/webhooks', { url }),
      await bob.patch(`/v1/webhooks/${id}`, { url }),
    ]) {
      expect([url, ...refusal(refused)]).toEqual([url, 422, 'validation_failed'])
      expect(refused.body.errors).toEqual([{ pointer: '#/url', detail: expect.stringContaining(detail) }])
    }
  for (const events of [[], ['rain'], ['withdrawal', 'withdrawal'], 'withdrawal'])
    expect(refusal(await bob.post('/v1/webhooks', { url: URL_OF_HERS, events }))).toEqual([
      ...[422, 'validation_failed'],
    ])
  expect((await bob.get('/v1/webhooks')).body.data).toHaveLength(1)
})

test('ten are the most, however many are made at once', async () => {
  const carol = await person(app)
  for (let i = 0; i < 8; i++) await hook(carol)
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => carol.post('/v1/webhooks', { url: URL_OF_HERS })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409])
  const refused = answers.find(({ status }) => status === 409)!
  expect(refusal(refused)).toEqual([409, 'too_many_webhooks'])
  expect(refused.body.detail).toContain('10')
  await carol.delete(`/v1/webhooks/${(await carol.get('/v1/webhooks')).body.data[0].id}`)
  await hook(carol)
})

test('a stranger’s is not there; a key looks, and changes nothing', async () => {
  const [dave, mallory] = [await person(app), await person(app)]
  const { id } = await hook(dave)
  const path = `/v1/webhooks/${id}`
  const { id: delivery } = (await dave.post(`${path}/test`)).body
  const ask = [
    () => mallory.get(path),
    () => mallory.patch(path, { enabled: false }),
    () => mallory.delete(path),
    () => mallory.post(`${path}/rotate-secret`, {}),
    () => mallory.post(`${path}/test`),
    () => mallory.get(`${path}/deliveries`),
    () => mallory.post(`${path}/deliveries/${delivery}/redeliver`),
    () => dave.get(`/v1/webhooks/${NOBODY}`),
    () => dave.get('/v1/webhooks/nothing'),
    () => dave.post('/v1/webhooks/nothing/test'),
  ]
  for (const one of ask) expect(refusal(await one())).toEqual([404, 'webhook_not_found'])
  const hers = (await hook(mallory)).id
  for (const other of [delivery, NOBODY, 'nothing'])
    expect(refusal(await mallory.post(`/v1/webhooks/${hers}/deliveries/${other}/redeliver`))).toEqual([
      ...[404, 'delivery_not_found'],
    ])

  const reads = await keyOf(dave, 'read')
  const none = await keyOf(dave, 'post', 'act', 'pay')
  for (const url of ['/v1/webhooks', path, `${path}/deliveries`]) {
    expect((await reads('GET', url)).status).toBe(200)
    expect(refusal(await none('GET', url))).toEqual([403, 'insufficient_scope'])
    expect((await call(app, 'GET', url)).status).toBe(401)
  }
  for (const [method, url, body] of [
    ['POST', '/v1/webhooks', { url: URL_OF_HERS }],
    ['PATCH', path, { enabled: false }],
    ['DELETE', path],
    ['POST', `${path}/rotate-secret`, {}],
    ['POST', `${path}/test`],
    ['POST', `${path}/deliveries/${delivery}/redeliver`],
  ] as const)
    expect([url, ...refusal(await reads(method, url, body))]).toEqual([url, 403, 'insufficient_scope'])
  expect((await dave.get(path)).body.enabled).toBe(true)
})

test('a rotation leaves the secrets before for the grace, two at most, and none with a grace of 0', async () => {
  const erin = await person(app)
  const { id, secret } = await hook(erin)
  const rotate = (body: object = {}) => erin.post(`/v1/webhooks/${id}/rotate-secret`, body)
  const first = await rotate()
  expect([first.status, first.body.secret === secret]).toEqual([200, false])
  // A day unless told.
  expect(Date.parse(first.body.formerEndsAt) - Date.now()).toBeGreaterThan(86_400_000 - 60_000)
  expect(Date.parse(first.body.formerEndsAt) - Date.now()).toBeLessThanOrEqual(86_400_000)
  expect((await rotate({ graceSeconds: 60 })).status).toBe(200)
  const refused = await rotate({ graceSeconds: 60 })
  expect(refusal(refused)).toEqual([409, 'too_many_rotations'])
  expect(refused.body.detail).toContain('graceSeconds of 0')
  const signing = async () =>
    (await deps.db.pool.query('select 1 from webhook_secrets where webhook_id = $1', [id])).rowCount
  expect(await signing()).toBe(3)
  expect((await rotate({ graceSeconds: 0 })).body.formerEndsAt).toBeNull()
  expect(await signing()).toBe(1)
  for (const graceSeconds of [-1, 604_801, 1.5, '60'])
    expect(refusal(await rotate({ graceSeconds }))).toEqual([422, 'validation_failed'])
  const both = await Promise.all([rotate(), rotate()])
  expect(both.map(({ status }) => status)).toEqual([200, 200])
  expect(await signing()).toBe(3)
})

test('the log says what became of each event, newest first, and one that failed is sent again', async () => {
  const frank = await person(app)
  await fund(deps, frank.id, 'available', 10_000_000_000n)
  await withdraws(frank)
  const { id } = await hook(frank)
  const path = `/v1/webhooks/${id}`
  await withdraws(frank)
  const [notification] = (await frank.get('/v1/notifications')).body.data
  const ping = await frank.post(`${path}/test`)
  expect([ping.status, ping.body.type, ping.body.eventId]).toEqual([202, 'ping', null])

  const { data } = (await frank.get(`${path}/deliveries`)).body
  expect(data[0]).toEqual(ping.body)
  expect(data.slice(1)).toEqual([
    {
      ...{ id: expect.any(String), eventId: notification.id, type: 'notification.withdrawal' },
      ...{ at: notification.createdAt, status: 'pending', attempts: 0 },
      ...{ lastAt: null, lastStatus: null, lastError: null, nextAt: expect.any(String) },
    },
  ])
  const { rows } = await deps.db.pool.query('select body from webhook_deliveries where id = $1', [data[1].id])
  expect(JSON.parse(rows[0].body).data).toEqual(notification)

  await became(data[1].id, 'failed')
  const failed = (await frank.get(`${path}/deliveries?limit=2`)).body.data[1]
  expect(failed).toMatchObject({ status: 'failed', attempts: 8, lastStatus: 500, nextAt: null })
  const again = await frank.post(`${path}/deliveries/${data[1].id}/redeliver`)
  expect([again.status, again.body]).toEqual([
    202,
    { ...failed, status: 'pending', nextAt: expect.any(String) },
  ])
  // One that is being sent is left to whoever sends it.
  const claim = newId()
  await deps.db.pool.query(
    `update webhook_deliveries set claim = $2, claimed_until = now() + interval '1 minute' where id = $1`,
    [data[1].id, claim],
  )
  expect((await frank.post(`${path}/deliveries/${data[1].id}/redeliver`)).status).toBe(202)
  const held = await deps.db.pool.query('select claim from webhook_deliveries where id = $1', [data[1].id])
  expect(held.rows).toEqual([{ claim }])

  await frank.patch(path, { enabled: false })
  for (const url of [`${path}/test`, `${path}/deliveries/${data[1].id}/redeliver`])
    expect(refusal(await frank.post(url))).toEqual([409, 'webhook_disabled'])
  await withdraws(frank)
  expect((await frank.get(`${path}/deliveries`)).body.data).toHaveLength(2)
})

test('twenty tests and redeliveries a minute are the most, over all webhooks, however many at once', async () => {
  const grace = await person(app)
  const paths = [(await hook(grace)).id, (await hook(grace)).id].map((id) => `/v1/webhooks/${id}`)
  const { id } = (await grace.post(`${paths[0]}/test`)).body
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, i) =>
      grace.post(i % 2 ? `${paths[1]}/test` : `${paths[0]}/deliveries/${id}/redeliver`),
    ),
  )
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(19)
  const refused = answers.find(({ status }) => status !== 202)!
  expect([...refusal(refused), refused.headers['retry-after']]).toEqual([429, 'rate_limited', '60'])
  await deps.db.pool.query(
    `update webhook_asks set since = since - interval '1 minute' where member_id = $1`,
    [grace.id],
  )
  expect((await grace.post(`${paths[0]}/test`)).status).toBe(202)
})

test('a page of a hundred takes as many statements as a page of one', async () => {
  const heidi = await person(app)
  const [{ id }] = [await hook(heidi)]
  await deps.db.pool.query(
    `insert into webhooks (id, member_id, url, host) select gen_random_uuid(), $1, 'https://a.example.com/', 'a.example.com'
     from generate_series(1, 100)`,
    [heidi.id],
  )
  await deps.db.pool.query(
    `insert into webhook_deliveries (id, webhook_id, type, body) select gen_random_uuid(), $1, 'ping', '{}'
     from generate_series(1, 101)`,
    [id],
  )
  for (const list of ['/v1/webhooks', `/v1/webhooks/${id}/deliveries`]) {
    const statements = (limit: number) =>
      statementsOf(deps, async () => {
        expect((await heidi.get(`${list}?limit=${limit}`)).body.data).toHaveLength(limit)
      })
    expect(await statements(100)).toBe(await statements(1))
    const first = (await heidi.get(`${list}?limit=60`)).body
    const rest = (await heidi.get(`${list}?limit=60&cursor=${first.nextCursor}`)).body
    expect(new Set([...first.data, ...rest.data].map((one) => one.id)).size).toBe(101)
    expect(refusal(await heidi.get(`/v1/notifications?cursor=${first.nextCursor}`))).toEqual([
      400,
      'invalid_cursor',
    ])
  }
})

test('a webhook is deleted with its deliveries, and money moves as before', async () => {
  const ivan = await person(app)
  await fund(deps, ivan.id, 'available', 10_000_000_000n)
  const { id } = await hook(ivan)
  await withdraws(ivan)
  expect((await ivan.get(`/v1/webhooks/${id}/deliveries`)).body.data).toHaveLength(1)
  expect((await ivan.delete(`/v1/webhooks/${id}`)).status).toBe(204)
  await withdraws(ivan)
  const { rows } = await deps.db.pool.query(
    `select (select count(*)::int from webhook_deliveries where webhook_id = $1) as deliveries,
            (select count(*)::int from webhook_secrets where webhook_id = $1) as secrets`,
    [id],
  )
  expect(rows).toEqual([{ deliveries: 0, secrets: 0 }])
})
