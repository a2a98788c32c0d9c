import { beforeAll, expect, test } from 'vitest'
import { balance, fund } from '../../test/money.ts'
import { call, NOBODY, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'
import { createUses } from '../auth/uses.ts'

const { app, deps } = await world()
let alice: Person
let bob: Person
beforeAll(async () => {
  alice = await person(app)
  bob = await person(app)
  await fund(deps, alice.id, 'available', 100_000_000_000n)
})

const all = ['read', 'post', 'act', 'pay']
const makes = (who: Person, wish: object = {}) => who.post('/v1/keys', { name: 'bot', scopes: all, ...wish })
const by = (key: string, method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown, name?: string) =>
  call(app, method, url, body, {
    authorization: `Bearer ${key}`,
    ...(name ? { 'idempotency-key': name } : {}),
  })

test('alice makes a key for her bot, which then is her, and is told once', async () => {
  const made = await makes(alice, { name: 'kitchen radio', dailySpendLimit: '0.50' })
  expect(made.status).toBe(201)
  expect(made.headers['cache-control']).toBe('no-store')
  const { key, ...told } = made.body
  expect(key).toMatch(/^rvk_[A-Za-z0-9_-]{43}$/)
  expect(told).toEqual({
    ...{ id: told.id, name: 'kitchen radio', scopes: all, dailySpendLimit: '0.5' },
    ...{ createdAt: told.createdAt, expiresAt: null, allowedIps: null },
  })
  expect((await by(key, 'GET', '/v1/me')).body.id).toBe(alice.id)
  const listed = await alice.get('/v1/keys')
  const { lastUsedAt } = listed.body.data[0]
  expect(listed.body.data[0]).toEqual({
    ...{ ...told, spentToday: '0', revokedAt: null, formerEndsAt: null, lastUsedAt },
  })
  expect(JSON.stringify(listed.body)).not.toContain(key)
  const { rows } = await deps.db.pool.query(
    'select row_to_json(k)::text as kept from api_keys k where id = $1',
    [told.id],
  )
  expect(rows[0].kept).toContain('kitchen radio')
  expect(rows[0].kept).not.toContain(key.slice(4))
  expect((await bob.get('/v1/keys')).body.data).toEqual([])
})

test('revoked, it is nobody at once; twice is harmless; only its member revokes it', async () => {
  const { key, id } = (await makes(alice)).body
  expect((await bob.delete(`/v1/keys/${id}`)).body.code).toBe('key_not_found')
  expect((await by(key, 'GET', '/v1/me')).status).toBe(200)
  expect((await alice.delete(`/v1/keys/${id}`)).status).toBe(204)
  const refused = await by(key, 'GET', '/v1/me')
  expect([refused.status, refused.body.code]).toEqual([401, 'unauthenticated'])
  const { revokedAt } = (await alice.get('/v1/keys')).body.data[0]
  expect((await alice.delete(`/v1/keys/${id}`)).status).toBe(204)
  expect((await alice.get('/v1/keys')).body.data[0].revokedAt).toBe(revokedAt)
  expect((await alice.delete(`/v1/keys/${NOBODY}`)).body.code).toBe('key_not_found')
  expect((await alice.delete('/v1/keys/nothing')).status).toBe(404)
})

test('a key is used up to the moment it expires and not after it, and then says so', async () => {
  const expiresAt = new Date(Date.now() + 1_500).toISOString()
  const made = await makes(alice, { expiresAt })
  expect([made.status, made.body.expiresAt]).toEqual([201, expiresAt])
  const asked: { began: number; ended: number; status: number; code?: string }[] = []
  const asks = async () => {
    const began = Date.now()
    const { status, body } = await by(made.body.key, 'GET', '/v1/me')
    asked.push({ began, ended: Date.now(), status, code: body.code })
    return status
  }
  await expect.poll(asks, { interval: 5, timeout: 20_000 }).toBe(401)
  const moment = Date.parse(expiresAt)
  const let_in = asked.filter(({ status }) => status === 200)
  expect(let_in.length).toBeGreaterThan(3)
  for (const { began } of let_in) expect(began).toBeLessThan(moment)
  expect(asked.at(-1)).toMatchObject({ status: 401, code: 'key_expired' })
  expect(asked.at(-1)?.ended).toBeGreaterThanOrEqual(moment)
  // The same where nobody has to be signed in, and where no key reaches.
  expect((await by(made.body.key, 'GET', '/v1/feeds/latest')).body.code).toBe('key_expired')
  expect((await by(made.body.key, 'GET', '/v1/keys')).body.code).toBe('key_expired')
  await alice.delete(`/v1/keys/${made.body.id}`)
  expect((await by(made.body.key, 'GET', '/v1/me')).body.code).toBe('unauthenticated')
})

test.each([
  ['2020-01-01T00:00:00Z', 'must be ahead'],
  [new Date().toISOString(), 'must be ahead'],
  [new Date(Date.now() + 366 * 86_400_000 + 3_600_000).toISOString(), 'must be at most 366 days ahead'],
  ['9999-12-31T23:59:59Z', 'must be at most 366 days ahead'],
])('no key is made that expires at %s', async (expiresAt, detail) => {
  const refused = await makes(alice, { expiresAt })
  expect([refused.status, refused.body.errors]).toEqual([422, [{ pointer: '#/expiresAt', detail }]])
})

test('the furthest a key may expire is a year ahead', async () => {
  const expiresAt = new Date(Date.now() + 366 * 86_400_000 - 60_000).toISOString()
  expect((await makes(alice, { expiresAt })).body.expiresAt).toBe(expiresAt)
})

test('its last use is written behind the request, once a minute, and shown in the list', async () => {
  const { key, id } = (await makes(bob)).body
  const lastUsedAt = async () =>
    (await bob.get('/v1/keys')).body.data.find((one: { id: string }) => one.id === id).lastUsedAt
  expect(await lastUsedAt()).toBeNull()
  const began = Date.now()
  // Also by a key that is refused for its scopes: somebody has it, and tries.
  expect((await by(key, 'GET', '/v1/keys')).body.code).toBe('insufficient_scope')
  await expect.poll(lastUsedAt, { timeout: 20_000 }).not.toBeNull()
  const noted = await lastUsedAt()
  expect(Date.parse(noted)).toBeGreaterThanOrEqual(began)
  expect(Date.parse(noted)).toBeLessThanOrEqual(Date.now())
  const again = async () => {
    const uses = createUses(deps.db.pool, (error) => expect.fail(String(error)))
    const own = { id, dailySpendLimit: null, scopes: [], allowedIps: [] }
    uses.note({ memberId: bob.id, address: bob.address, sessionId: null, key: own })
    await uses.drain()
  }
  await Promise.all([again(), again()])
  expect(await lastUsedAt()).toBe(noted)
  await deps.db.pool.query(
    `update api_keys set last_used_at = last_used_at - interval '1 minute' where id = $1`,
    [id],
  )
  await Promise.all([again(), again()])
  expect(Date.parse(await lastUsedAt())).toBeGreaterThan(Date.parse(noted))
})

test.each([
  [{ name: '' }, '#/name'],
  [{ name: 'x'.repeat(101) }, '#/name'],
  [{ scopes: ['read', 'withdraw'] }, '#/scopes/1'],
  [{ scopes: ['read', 'read'] }, '#/scopes'],
  [{ dailySpendLimit: '-1' }, '#/dailySpendLimit'],
  [{ expiresAt: 'tomorrow' }, '#/expiresAt'],
  [{ allowedIps: [] }, '#/allowedIps'],
  [{ allowedIps: Array(21).fill('192.0.2.1') }, '#/allowedIps'],
  [{ allowedIps: ['192.0.2.1', 'home.example'] }, '#/allowedIps/1'],
  [{ color: 'red' }, '#/color'],
])('%j makes no key', async (wish, pointer) => {
  const refused = await makes(alice, wish)
  expect([refused.status, refused.body.errors?.[0].pointer]).toEqual([422, pointer])
})

test('sixty keys asked for at once are fifty; one that is revoked makes room', async () => {
  const carol = await person(app)
  const made = await Promise.all(Array.from({ length: 60 }, () => makes(carol)))
  expect(made.filter(({ status }) => status === 201)).toHaveLength(50)
  expect(new Set(made.filter(({ status }) => status !== 201).map(({ body }) => body.code))).toEqual(
    new Set(['too_many_keys']),
  )
  const [first] = (await carol.get('/v1/keys?limit=1')).body.data
  await carol.delete(`/v1/keys/${first.id}`)
  expect((await makes(carol)).status).toBe(201)
  expect((await makes(carol)).status).toBe(409)
})

test('a key never withdraws, makes no key, and ends no session, whatever its scopes', async () => {
  const { key } = (await makes(alice)).body
  for (const [method, url, body] of [
    ['POST', '/v1/wallet/withdrawals', { amount: '1' }],
    ['DELETE', `/v1/wallet/withdrawals/${NOBODY}`, undefined],
    ['POST', '/v1/keys', { name: 'another', scopes: all }],
    ['DELETE', '/v1/auth/session', undefined],
  ] as const) {
    const refused = await by(key, method, url, body, 'never')
    expect([url, refused.status, refused.body.code]).toEqual([url, 403, 'insufficient_scope'])
  }
  expect((await by(key, 'GET', '/v1/wallet/withdrawals')).status).toBe(200)
})

test('over its limit a payment is refused with what is left and until when; in person it is not', async () => {
  const { key } = (await makes(alice, { dailySpendLimit: '1' })).body
  const tip = (amount: string, name: string) =>
    by(key, 'POST', '/v1/tips', { memberId: bob.id, amount }, `limit ${name}`)
  expect((await tip('0.7', 'a')).status).toBe(201)
  expect((await by(key, 'POST', '/v1/wallet/pledge', { amount: '0.2' }, 'limit b')).status).toBe(200)
  const refused = await tip('0.2', 'c')
  const today = (await deps.db.pool.query(`select (now() at time zone 'UTC')::date + 1 as day`)).rows[0].day
  const tomorrow = `${new Date(today.getTime() - today.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)}T00:00:00.000Z`
  expect([refused.status, refused.body]).toEqual([
    409,
    expect.objectContaining({ code: 'spend_limit', left: '0.1', endsAt: tomorrow }),
  ])
  expect(refused.body.detail).toContain('0.1')
  expect((await tip('0.1', 'd')).status).toBe(201)
  expect((await alice.get('/v1/keys')).body.data[0].spentToday).toBe('1')
  const inPerson = await alice.post(
    '/v1/tips',
    { memberId: bob.id, amount: '2' },
    { 'idempotency-key': 'in person' },
  )
  expect(inPerson.status).toBe(201)
})

test('fifty tips at once by one key: as many as its limit carries', async () => {
  const { key } = (await makes(alice, { dailySpendLimit: '1' })).body
  const before = await balance(deps, alice.id, 'available')
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      by(key, 'POST', '/v1/tips', { memberId: bob.id, amount: '0.3' }, `at once ${i}`),
    ),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
  expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set([undefined, 'spend_limit']))
  expect(await balance(deps, alice.id, 'available')).toBe(before - 900_000_000n)
})

test('sessions and keys that ask at the same moment are each told apart', async () => {
  const { key } = (await makes(bob)).body
  const answers = await Promise.all([
    alice.get('/v1/me'),
    by(key, 'GET', '/v1/me'),
    by(`rvk_${'A'.repeat(43)}`, 'GET', '/v1/me'),
    by('rvk_short', 'GET', '/v1/me'),
    by('A'.repeat(43), 'GET', '/v1/me'),
  ])
  expect(answers.map(({ status, body }) => (status === 200 ? body.id : status))).toEqual([
    alice.id,
    bob.id,
    401,
    401,
    401,
  ])
})
