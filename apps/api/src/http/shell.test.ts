import { testChain } from '@rivulet/stack'
import { afterAll, expect, test } from 'vitest'
import { call, person } from '../../test/people.ts'
import { asOwner, world } from '../../test/world.ts'

const { app } = await world()
const alice = await person(app)

test('every refusal is a problem with a code, a request id and nothing of the inside', async () => {
  const json = { 'content-type': 'application/json' }
  const bearer = { authorization: `Bearer ${alice.token}` }
  for (const [status, code, method, url, body, headers] of [
    [400, 'malformed_json', 'POST', '/v1/auth/verify', '{"message":', json],
    [400, 'malformed_json', 'POST', '/v1/auth/verify', 'message', json],
    [400, 'malformed_json', 'POST', '/v1/auth/verify', '{"__proto__":{"a":1}}', json],
    [400, 'malformed_json', 'POST', '/v1/auth/verify', '{"constructor":{"prototype":{"a":1}}}', json],
    [400, 'malformed_request', 'GET', '/v1/members/%E0%A4%A', undefined, {}],
    [401, 'unauthenticated', 'GET', '/v1/me', undefined, {}],
    [401, 'unauthenticated', 'POST', '/v1/posts', '{"nonsense":1}', json],
    [404, 'not_found', 'GET', '/v1/nothing', undefined, {}],
    [404, 'not_found', 'PUT', '/v1/network', undefined, {}],
    [404, 'not_found', 'GET', `/v1/members/${'x'.repeat(300)}`, undefined, {}],
    [413, 'body_too_large', 'POST', '/v1/auth/verify', `{"message":"${'x'.repeat(65_536)}"}`, json],
    [415, 'unsupported_media_type', 'POST', '/v1/auth/verify', 'message=x', { 'content-type': 'text/plain' }],
    [415, 'unsupported_media_type', 'PATCH', '/v1/me', '<me/>', { 'content-type': 'text/xml', ...bearer }],
    [422, 'validation_failed', 'POST', '/v1/auth/nonce', '{"a":1}', json],
    [422, 'validation_failed', 'POST', '/v1/auth/nonce', '[1]', json],
    [422, 'validation_failed', 'GET', '/v1/network?a=1', undefined, {}],
    [422, 'validation_failed', 'GET', '/v1/me?__proto__=1', undefined, bearer],
  ] as const) {
    const answer = await call(app, method, url, body, { ...headers })
    expect([url, body?.slice(0, 40), answer.status, answer.body.code]).toEqual([
      url,
      body?.slice(0, 40),
      status,
      code,
    ])
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.body).toEqual({
      type: `urn:rivulet:problem:${code}`,
      title: expect.any(String),
      status,
      code,
      detail: expect.any(String),
      requestId: answer.headers['x-request-id'],
      ...(answer.body.errors ? { errors: expect.any(Array) } : {}),
    })
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts|select |FST_/)
  }
})

test('a body that is not UTF-8 is not JSON', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/auth/verify',
    headers: { 'content-type': 'application/json' },
    payload: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
  })
  expect(answer.json()).toMatchObject({ status: 400, code: 'malformed_json' })
})

test('an empty body is no body, whatever Content-Type says', async () => {
  for (const body of ['', '{}']) expect((await call(app, 'POST', '/v1/auth/nonce', body)).status).toBe(200)
})

test('JSON as deep as the body is long is refused like any other', async () => {
  const answer = await call(app, 'POST', '/v1/auth/verify', '['.repeat(30_000) + ']'.repeat(30_000))
  expect([answer.status, answer.body.code]).toEqual([422, 'validation_failed'])
})

test('of a hundred unknown fields twenty are named', async () => {
  const body = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, i]))
  const answer = await alice.patch('/v1/me', body)
  expect(answer.body.errors).toHaveLength(20)
  expect(answer.body.errors[0]).toEqual({ pointer: '#/f0', detail: 'unknown field' })
})

test("a request has an id: the client's, when it is harmless", async () => {
  const id = async (given: string) =>
    (await call(app, 'GET', '/livez', undefined, { 'x-request-id': given })).headers['x-request-id']
  expect(await id('trace-42')).toBe('trace-42')
  for (const hostile of ['', 'a b', '"', 'x'.repeat(65), '<script>'])
    expect(await id(hostile)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
})

test('a browser elsewhere may call it, and read the headers it needs', async () => {
  const preflight = await call(app, 'OPTIONS', '/v1/posts', undefined, {
    origin: 'https://app.test',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,idempotency-key',
  })
  expect(preflight.status).toBe(204)
  expect(preflight.headers['access-control-allow-methods']).toContain('PATCH')
  expect(preflight.headers['access-control-allow-headers']).toContain('idempotency-key')
  const answer = await call(app, 'GET', '/v1/network', undefined, { origin: 'https://app.test' })
  expect(answer.headers['access-control-allow-origin']).toBe('*')
  expect(answer.headers['access-control-expose-headers']).toContain('ratelimit')
  expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
})

test('the documentation for people loads everything from here', async () => {
  const index = await call(app, 'GET', '/docs/')
  expect(index.status).toBe(200)
  const links = [...String(index.body).matchAll(/(?:src|href)="([^"]+)"/g)].map((m) => m[1]!)
  expect(links.length).toBeGreaterThanOrEqual(5)
  for (const link of links) {
    expect(link).toMatch(/^\.\/static\//)
    const asset = await call(app, 'GET', `/docs/${link.slice(2)}`)
    expect([link, asset.status]).toEqual([link, 200])
  }
  expect(index.headers['content-security-policy']).toContain("script-src 'self';")
})

test('metrics name routes, never what is in them', async () => {
  await alice.get(`/v1/members/${alice.id}`)
  await call(app, 'GET', '/v1/nothing-of-this-name')
  const metrics = (await call(app, 'GET', '/metrics')).body
  expect(metrics).toContain(
    'http_server_request_duration_seconds_count{method="GET",route="/v1/members/:id",status="200"} 1',
  )
  expect(metrics).not.toContain(alice.id)
  expect(metrics).not.toContain('nothing-of-this-name')
})

test('a database that does not answer is 503 with a time to try again, and tells nothing of itself', async () => {
  const { app: cut } = await world({ DATABASE_URL: 'postgresql://somebody:secret@127.0.0.1:9/hidden' })
  for (const answer of [
    await call(cut, 'GET', '/v1/feeds/latest'),
    await call(cut, 'POST', '/v1/auth/nonce'),
    await call(cut, 'GET', '/v1/me', undefined, { authorization: `Bearer ${'A'.repeat(43)}` }),
  ]) {
    expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
    expect(answer.headers['retry-after']).toBe('1')
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|hidden|ECONN|127\.0\.0\.1/)
  }
  expect((await call(cut, 'GET', '/livez')).body).toEqual({ status: 'alive' })
  expect((await call(cut, 'GET', '/readyz')).body.detail).toContain('database: does not answer')
})

test('connections that the database ends are replaced', async () => {
  const w = await world()
  const bob = await person(w.app)
  await w.deps.db.prisma.member.findFirst()
  await asOwner(
    w.database.adminUrl,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  )
  await expect.poll(async () => (await bob.get('/v1/me')).status, { timeout: 10_000 }).toBe(200)
  await expect
    .poll(async () => (await bob.patch('/v1/me', { bio: 'still here' })).status, { timeout: 10_000 })
    .toBe(200)
})

test('ready: database, migrations and the right chain, until it is told to stop', async () => {
  const chain = await testChain({ blockTime: null })
  afterAll(() => chain.close())
  let clock = 0
  const env = { CHAIN_RPC_URL: chain.rpcUrl, CHAIN_ID: String(chain.chainId) }
  const w = await world(env, { now: () => clock })
  const ready = async () => {
    clock += 1_000
    const { status, body } = await call(w.app, 'GET', '/readyz')
    return `${status} ${body.detail ?? body.status}`
  }
  expect(await ready()).toBe('200 ready')

  const other = await world({ ...env, CHAIN_ID: '1' })
  expect((await call(other.app, 'GET', '/readyz')).body.detail).toBe(
    `chain: has the id ${chain.chainId} instead of 1`,
  )

  await asOwner(
    w.database.adminUrl,
    `update _prisma_migrations set finished_at = null where migration_name like '%rooms'`,
  )
  expect(await ready()).toMatch(/^503 migrations: not applied: \d+_rooms$/)
  await asOwner(w.database.adminUrl, `update _prisma_migrations set finished_at = now()`)
  expect(await ready()).toBe('200 ready')

  w.deps.lifecycle.draining = true
  expect(await ready()).toBe('503 This process is stopping.')
  expect((await call(w.app, 'GET', '/v1/network')).headers.connection).toBe('close')
})

test('of the clients, as many are asked to come again on another connection as are too many', async () => {
  const w = await world()
  w.deps.lifecycle.toShed = 2
  const answers = []
  for (let i = 0; i < 3; i++) answers.push((await call(w.app, 'GET', '/v1/network')).headers.connection)
  expect(answers).toEqual(['close', 'close', 'keep-alive'])
})
