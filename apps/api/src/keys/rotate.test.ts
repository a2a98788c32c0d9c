import { beforeAll, expect, test } from 'vitest'
import { fund } from '../../test/money.ts'
import { call, NOBODY, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const { app, deps } = await world()
let alice: Person
let bob: Person
beforeAll(async () => {
  alice = await person(app)
  bob = await person(app)
  await fund(deps, alice.id, 'available', 100_000_000_000n)
})

const by = (key: string, method: 'GET' | 'POST', url: string, body?: unknown, name?: string) =>
  call(app, method, url, body, {
    authorization: `Bearer ${key}`,
    ...(name ? { 'idempotency-key': name } : {}),
  })
const makes = async (wish: object = {}) =>
  (await alice.post('/v1/keys', { name: 'bot', scopes: ['read', 'pay'], ...wish })).body
const rotates = (id: string, body: object = {}) => alice.post(`/v1/keys/${id}/rotate`, body)
/** What `GET /v1/me` says to a secret: 200, or the code. */
const heard = async (key: string) => {
  const { status, body } = await by(key, 'GET', '/v1/me')
  return status === 200 ? 200 : body.code
}
const listed = async (id: string) =>
  (await alice.get('/v1/keys')).body.data.find((one: { id: string }) => one.id === id)

const graceOf = (formerEndsAt: string) => Math.round((Date.parse(formerEndsAt) - Date.now()) / 1000)

test('alice rotates the key of her bot: both secrets go on for a day, and it is the same key', async () => {
  const expiresAt = new Date(Date.now() + 30 * 86_400_000).toISOString()
  const { key: old, ...made } = await makes({ dailySpendLimit: '1', expiresAt, allowedIps: ['127.0.0.0/8'] })
  const tip = (key: string, amount: string, name: string) =>
    by(key, 'POST', '/v1/tips', { memberId: bob.id, amount }, name)
  expect((await tip(old, '0.6', 'before')).status).toBe(201)

  const rotated = await rotates(made.id)
  expect([rotated.status, rotated.headers['cache-control']]).toEqual([200, 'no-store'])
  const { key, formerEndsAt, ...same } = rotated.body
  expect(key).toMatch(/^rvk_[A-Za-z0-9_-]{43}$/)
  expect(key).not.toBe(old)
  expect(same).toEqual(made)
  expect(Math.abs(graceOf(formerEndsAt) - 86_400)).toBeLessThan(60)
  expect(await listed(made.id)).toMatchObject({ ...made, formerEndsAt, spentToday: '0.6' })
  expect(JSON.stringify(await listed(made.id))).not.toContain(key)

  expect([await heard(old), await heard(key)]).toEqual([200, 200])
  // What one of them spends the other has not left.
  expect((await tip(key, '0.3', 'new')).status).toBe(201)
  const refused = await tip(old, '0.2', 'old')
  expect(refused.body).toMatchObject({ code: 'spend_limit', left: '0.1' })
})

test('when the grace is over the old secret says so, at that moment; the new one goes on', async () => {
  const { key: old, id } = await makes()
  const { key, formerEndsAt } = (await rotates(id, { graceSeconds: 1 })).body
  const end = Date.parse(formerEndsAt)
  const asked: { began: number; ended: number; said: unknown }[] = []
  await expect
    .poll(
      async () => {
        const began = Date.now()
        const said = await heard(old)
        asked.push({ began, said, ended: Date.now() })
        return said
      },
      { interval: 5, timeout: 20_000 },
    )
    .toBe('key_expired')
  for (const { began, said } of asked) if (said === 200) expect(began).toBeLessThan(end)
  expect(asked.at(-1)?.ended).toBeGreaterThanOrEqual(end)
  expect((await by(old, 'GET', '/v1/me')).body.detail).toContain('newer secret')
  expect(await heard(key)).toBe(200)
  expect((await listed(id)).formerEndsAt).toBeNull()
})

test('without a grace the old one ends at once; a bot that never stops asking meets no gap in the new one', async () => {
  const { key: first, id } = await makes()
  let current = first
  let done = false
  const gaps: unknown[] = []
  const bot = async () => {
    while (!done) {
      const secret = current
      const said = await heard(secret)
      if (said !== 200) gaps.push(said)
    }
  }
  const bots = [bot(), bot(), bot()]
  for (let i = 0; i < 5; i++) current = (await rotates(id, { graceSeconds: 600 })).body.key
  done = true
  await Promise.all(bots)
  expect(gaps).toEqual([])

  const last = (await rotates(id, { graceSeconds: 0 })).body
  expect(last.formerEndsAt).toBeNull()
  expect([await heard(first), await heard(current), await heard(last.key)]).toEqual([
    'key_expired',
    'key_expired',
    200,
  ])
  // The next rotation forgets them.
  await rotates(id)
  expect(await heard(first)).toBe('unauthenticated')
})

test('rotated twice at once, what either was told goes on, and so does what the bot still has', async () => {
  const { key: old, id } = await makes()
  const [one, two] = await Promise.all([rotates(id), rotates(id)])
  expect([one.status, two.status]).toEqual([200, 200])
  expect(one.body.key).not.toBe(two.body.key)
  for (const key of [old, one.body.key, two.body.key]) expect(await heard(key)).toBe(200)
})

test('of ten at once five are rotations: so many secrets go on beside the newest, until they are ended', async () => {
  const { key: old, id } = await makes()
  const answers = await Promise.all(Array.from({ length: 10 }, () => rotates(id, { graceSeconds: 604_800 })))
  const made = answers.filter(({ status }) => status === 200)
  expect(made).toHaveLength(5)
  expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set([undefined, 'too_many_rotations']))
  expect(await heard(old)).toBe(200)
  const { key } = (await rotates(id, { graceSeconds: 0 })).body
  for (const secret of [old, ...made.map(({ body }) => body.key)])
    expect(await heard(secret)).toBe('key_expired')
  expect(await heard(key)).toBe(200)
})

test('a shorter grace shortens those before, a longer one lengthens none', async () => {
  const { id } = await makes()
  const { formerEndsAt: day } = (await rotates(id)).body
  await rotates(id, { graceSeconds: 60 })
  const { formerEndsAt: shorter } = await listed(id)
  expect(Date.parse(shorter)).toBeLessThan(Date.parse(day) - 80_000_000)
  const { rows: before } = await deps.db.pool.query(
    'select key_hash, ends_at from api_key_former_secrets where key_id = $1',
    [id],
  )
  await rotates(id, { graceSeconds: 604_800 })
  const { rows: after } = await deps.db.pool.query(
    'select key_hash, ends_at from api_key_former_secrets where key_id = $1',
    [id],
  )
  expect(after).toEqual(expect.arrayContaining(before))
})

test('revoked or expired, no secret of a key goes on, and it is rotated no more', async () => {
  const [gone, over] = [await makes(), await makes()]
  const newest = [(await rotates(gone.id)).body.key, (await rotates(over.id)).body.key]
  await alice.delete(`/v1/keys/${gone.id}`)
  await deps.db.pool.query('update api_keys set expires_at = now() where id = $1', [over.id])
  for (const key of [gone.key, newest[0]]) expect(await heard(key)).toBe('unauthenticated')
  for (const key of [over.key, newest[1]]) expect(await heard(key)).toBe('key_expired')
  for (const { id } of [gone, over]) {
    const refused = await rotates(id)
    expect([refused.status, refused.body.code]).toEqual([409, 'key_ended'])
  }
})

test('revoked while it is rotated, it is over either way', async () => {
  for (let round = 0; round < 5; round++) {
    const { id, key: old } = await makes()
    const [rotated] = await Promise.all([rotates(id), alice.delete(`/v1/keys/${id}`)])
    expect([undefined, 'key_ended']).toContain(rotated.body.code)
    for (const key of [old, rotated.body.key ?? old]) expect(await heard(key)).toBe('unauthenticated')
  }
})

test('only its member rotates a key, in person, with a grace of up to seven days', async () => {
  const { id, key } = await makes()
  expect((await bob.post(`/v1/keys/${id}/rotate`, {})).body.code).toBe('key_not_found')
  for (const none of [NOBODY, 'nothing']) expect((await rotates(none)).body.code).toBe('key_not_found')
  expect((await by(key, 'POST', `/v1/keys/${id}/rotate`, {})).body.code).toBe('insufficient_scope')
  for (const graceSeconds of [-1, 604_801, 1.5, '60', null]) {
    const refused = await rotates(id, { graceSeconds })
    expect([refused.status, refused.body.errors?.[0].pointer]).toEqual([422, '#/graceSeconds'])
  }
  expect(await heard(key)).toBe(200)
  expect((await listed(id)).formerEndsAt).toBeNull()
})
