import { Wallet } from 'ethers'
import type { SiweMessage } from 'siwe'
import { expect, test } from 'vitest'
import { call, newNonce, person, signInMessage } from '../../test/people.ts'
import { TEST_ENV, world } from '../../test/world.ts'

const { app, deps } = await world()

const verify = (message: string, signature: string) =>
  call(app, 'POST', '/v1/auth/verify', { message, signature })

/** A message of alice's, signed by her, with something about it changed. */
async function attempt(change: Partial<SiweMessage>, wallet = Wallet.createRandom()) {
  const message = signInMessage(wallet.address, await newNonce(app), change)
  return verify(message, await wallet.signMessage(message))
}

async function count(table: 'members' | 'sessions'): Promise<bigint> {
  return (await deps.db.pool.query<{ n: bigint }>(`select count(*) as n from ${table}`)).rows[0]!.n
}

test('a first sign-in makes the member and hands over the exit secret, a second one does neither', async () => {
  const wallet = Wallet.createRandom()
  const alice = await person(app, wallet)
  const { token, expiresAt, member, exitSecret } = alice.signIn.body

  expect(member).toMatchObject({
    address: wallet.address,
    handle: null,
    displayName: '',
    bio: '',
    counts: { followers: 0, following: 0, posts: 0 },
  })
  expect(exitSecret).toMatch(/^0x[0-9a-f]{64}$/)
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
  const days = (Date.parse(expiresAt) - Date.now()) / 86_400_000
  expect(days).toBeGreaterThan(29.9)
  expect(days).toBeLessThan(30.1)

  const again = await person(app, wallet)
  expect(again.id).toBe(alice.id)
  expect(again.token).not.toBe(alice.token)
  expect(again.signIn.body).not.toHaveProperty('exitSecret')
  expect((await again.get('/v1/me/exit-secret')).body).toEqual({ exitSecret })
})

test('the token itself is nowhere in the database', async () => {
  const alice = await person(app)
  const rows = await deps.db.pool.query('select * from sessions where member_id = $1', [alice.id])
  expect(rows.rowCount).toBe(1)
  expect(JSON.stringify(rows.rows)).not.toContain(alice.token)
  expect(Buffer.from(rows.rows[0].token_hash)).toHaveLength(32)
})

test('signing out ends this session and no other', async () => {
  const wallet = Wallet.createRandom()
  const phone = await person(app, wallet)
  const laptop = await person(app, wallet)
  expect((await phone.delete('/v1/auth/session')).status).toBe(204)
  expect((await phone.get('/v1/me')).body.code).toBe('unauthenticated')
  expect((await laptop.get('/v1/me')).status).toBe(200)
})

test('a session ends by itself when its time is over', async () => {
  const alice = await person(app)
  await deps.db.pool.query(
    `update sessions set expires_at = now() - interval '1 second' where member_id = $1`,
    [alice.id],
  )
  const answer = await alice.get('/v1/me')
  expect(answer.status).toBe(401)
  expect(answer.body.code).toBe('unauthenticated')
  expect(answer.headers['www-authenticate']).toBe('Bearer')
})

test('of 50 attempts with one message exactly one is let in', async () => {
  const wallet = Wallet.createRandom()
  const message = signInMessage(wallet.address, await newNonce(app))
  const signature = await wallet.signMessage(message)
  const sessions = await count('sessions')
  const answers = await Promise.all(Array.from({ length: 50 }, () => verify(message, signature)))
  expect(answers.filter((a) => a.status === 200)).toHaveLength(1)
  expect(answers.filter((a) => a.status === 401 && a.body.code === 'nonce_used')).toHaveLength(49)
  expect(await count('sessions')).toBe(sessions + 1n)
})

test('50 first sign-ins of one wallet at once make one member and hand the exit secret over once', async () => {
  const wallet = Wallet.createRandom()
  const members = await count('members')
  const everywhere = await Promise.all(Array.from({ length: 50 }, () => person(app, wallet)))
  expect(new Set(everywhere.map((p) => p.id)).size).toBe(1)
  expect(everywhere.filter((p) => p.signIn.body.exitSecret)).toHaveLength(1)
  expect(await count('members')).toBe(members + 1n)
})

test('what is refused, and as what', async () => {
  const members = await count('members')
  const sessions = await count('sessions')
  const minute = 60_000
  const past = new Date(Date.now() - minute).toISOString()
  const future = new Date(Date.now() + minute).toISOString()

  for (const [change, code] of [
    [{ domain: 'evil.test' }, 'domain_mismatch'],
    [{ uri: 'https://evil.test' }, 'domain_mismatch'],
    [{ uri: `${TEST_ENV.PUBLIC_URL}/elsewhere` }, 'domain_mismatch'],
    [{ scheme: 'http' }, 'domain_mismatch'],
    [{ chainId: 1 }, 'domain_mismatch'],
    [{ expirationTime: past }, 'expired'],
    [{ notBefore: future }, 'expired'],
    [{ nonce: '0123456789abcdef0123456789abcdef' }, 'nonce_used'],
  ] as const) {
    const answer = await attempt(change)
    expect([change, answer.status, answer.body.code]).toEqual([change, 401, code])
  }
  expect((await attempt({ expirationTime: future, notBefore: past, scheme: 'https' })).status).toBe(200)

  expect(await count('members')).toBe(members + 1n)
  expect(await count('sessions')).toBe(sessions + 1n)
})

test("somebody else's signature, and things that are no signature", async () => {
  const alice = Wallet.createRandom()
  const mallory = Wallet.createRandom()
  const asked: string[] = []
  for (const sign of [
    (message: string) => mallory.signMessage(message),
    async (message: string) => (await alice.signMessage(message)).slice(0, -2),
    async (message: string) => alice.signMessage(`${message} `),
    async () => '0x',
    async () => 'please',
    async () => '',
    async () => `0x${'00'.repeat(65)}`,
  ]) {
    const message = signInMessage(alice.address, await newNonce(app))
    const answer = await verify(message, await sign(message))
    asked.push(`${answer.status} ${answer.body.code}`)
  }
  // Where a signature could still be a contract's, the chain is asked; in this world there is none.
  expect(new Set(asked)).toEqual(new Set(['503 unavailable', '401 bad_signature']))
  expect(asked.filter((one) => one === '401 bad_signature')).toHaveLength(3)
})

test('a failed attempt uses the nonce up', async () => {
  const alice = Wallet.createRandom()
  const nonce = await newNonce(app)
  const message = signInMessage(alice.address, nonce)
  expect((await verify(message, 'nonsense')).body.code).toBe('bad_signature')
  expect((await verify(message, await alice.signMessage(message))).body.code).toBe('nonce_used')
})

test('a nonce is good for five minutes', async () => {
  const nonce = await newNonce(app)
  const { rows } = await deps.db.pool.query<{ left: number }>(
    `select extract(epoch from expires_at - now())::float8 as left from sign_in_nonces where nonce = $1`,
    [nonce],
  )
  expect(rows[0]!.left).toBeGreaterThan(295)
  expect(rows[0]!.left).toBeLessThanOrEqual(300)
  await deps.db.pool.query(`update sign_in_nonces set expires_at = now() where nonce = $1`, [nonce])
  expect((await attempt({ nonce })).body.code).toBe('nonce_used')
  // Handing out the next one sweeps it up.
  await newNonce(app)
  expect((await deps.db.pool.query('select 1 from sign_in_nonces where nonce = $1', [nonce])).rowCount).toBe(
    0,
  )
})

test('a text that is not exactly an EIP-4361 message is a breach of the schema', async () => {
  const alice = Wallet.createRandom()
  const message = signInMessage(alice.address, await newNonce(app))
  for (const text of [
    'let me in',
    message.replace(alice.address, alice.address.toLowerCase()),
    message.replace('Version: 1', 'Version: 2'),
    `${message}\n`,
    message.replaceAll('\n', '\r\n'),
    ` ${message}`,
  ]) {
    const answer = await verify(text, await alice.signMessage(text))
    expect([text, answer.status, answer.body.code]).toEqual([text, 422, 'validation_failed'])
    expect(answer.body.errors).toEqual([{ pointer: '#/message', detail: expect.any(String) }])
  }
})

test('the Host header says nothing about whom a message is for', async () => {
  const alice = Wallet.createRandom()
  const message = signInMessage(alice.address, await newNonce(app), { domain: 'evil.test' })
  const signature = await alice.signMessage(message)
  const answer = await call(
    app,
    'POST',
    '/v1/auth/verify',
    { message, signature },
    {
      host: 'evil.test',
      'x-forwarded-host': 'evil.test',
    },
  )
  expect(answer.body.code).toBe('domain_mismatch')
})

test('a bad token is refused also where no session is needed', async () => {
  for (const authorization of ['Bearer nonsense', `Bearer ${'A'.repeat(43)}`, 'Basic YTpi', 'Bearer', '']) {
    const answer = await call(app, 'GET', '/v1/feeds/latest', undefined, { authorization })
    expect([authorization, answer.status]).toEqual([authorization, 401])
  }
  expect((await call(app, 'GET', '/v1/feeds/latest')).status).toBe(200)
})
