import { Wallet } from 'ethers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { call, NOBODY, newNonce, type Person, person, signInMessage } from '../../test/people.ts'
import { world } from '../../test/world.ts'
import { buildApp } from '../app.ts'
import { createUses } from '../auth/uses.ts'

const { app, deps } = await world()
/** Another process of the API, over the same database: it shares nothing with the first but that. */
const other = await buildApp(deps)
afterAll(() => other.close())

let alice: Person
let bob: Person
beforeAll(async () => {
  alice = await person(app)
  bob = await person(app)
})

/** Signs alice, or whoever has the wallet, in with another client; answers with its token. */
async function signsIn(who: Person, userAgent: string | undefined): Promise<string> {
  const message = signInMessage(who.address, await newNonce(app))
  const signature = await who.wallet.signMessage(message)
  const headers = userAgent === undefined ? {} : { 'user-agent': userAgent }
  return (await call(app, 'POST', '/v1/auth/verify', { message, signature }, headers)).body.token
}

const by = (token: string, method: 'GET' | 'DELETE' | 'POST', url: string, at = app, body?: object) =>
  call(at, method, url, body, { authorization: `Bearer ${token}` })

const sessions = async (token: string) => (await by(token, 'GET', '/v1/me/sessions')).body.data
const idOf = async (token: string): Promise<string> =>
  (await sessions(token)).find(({ current }: { current: boolean }) => current).id

test('alice sees where she is signed in: newest first, which one asks, and no token', async () => {
  const began = Date.now()
  const phone = await signsIn(alice, 'Rivulet/1.0 (a phone)')
  const answer = await by(phone, 'GET', '/v1/me/sessions')
  expect(answer.status).toBe(200)
  const [first, second, ...more] = answer.body.data
  expect(more).toEqual([])
  expect(first).toEqual({
    ...{ id: first.id, userAgent: 'Rivulet/1.0 (a phone)', current: true },
    ...{ createdAt: first.createdAt, lastUsedAt: first.createdAt, expiresAt: first.expiresAt },
  })
  expect(second).toMatchObject({ current: false })
  expect(Math.abs(Date.parse(first.createdAt) - began)).toBeLessThan(60_000)
  expect(Date.parse(first.expiresAt) - Date.parse(first.createdAt)).toBe(30 * 86_400_000)
  for (const secret of [phone, alice.token]) expect(JSON.stringify(answer.body)).not.toContain(secret)
  const pages = await by(phone, 'GET', '/v1/me/sessions?limit=1')
  expect(pages.body.data.map(({ id }: { id: string }) => id)).toEqual([first.id])
  const rest = await by(phone, 'GET', `/v1/me/sessions?limit=1&cursor=${pages.body.nextCursor}`)
  expect(rest.body.data.map(({ id }: { id: string }) => id)).toEqual([second.id])
  expect((await bob.get(`/v1/me/sessions?cursor=${pages.body.nextCursor}`)).body.code).toBe('invalid_cursor')
})

test('a client that talks at length about itself is kept in 200 characters, one that says nothing as null', async () => {
  const long = await signsIn(bob, `${'🦊'.repeat(300)}`)
  const silent = await signsIn(bob, '')
  const [none, fox] = await sessions(silent)
  expect(none.userAgent).toBeNull()
  expect(fox.userAgent).toBe('🦊'.repeat(200))
  await by(silent, 'DELETE', '/v1/auth/session')
  await by(long, 'DELETE', '/v1/auth/session')
})

test('revoked, a session is over at once in every process; a stranger revokes none', async () => {
  const [laptop, phone] = [await signsIn(alice, 'laptop'), await signsIn(alice, 'phone')]
  const lost = await idOf(phone)
  for (const at of [app, other]) expect((await by(phone, 'GET', '/v1/me', at)).status).toBe(200)
  const strange = await bob.delete(`/v1/me/sessions/${lost}`)
  expect([strange.status, strange.body.code]).toEqual([404, 'session_not_found'])
  expect((await by(phone, 'GET', '/v1/me')).status).toBe(200)

  expect((await by(laptop, 'DELETE', `/v1/me/sessions/${lost}`, other)).status).toBe(204)
  for (const at of [app, other])
    expect((await by(phone, 'GET', '/v1/me', at)).body.code).toBe('unauthenticated')
  for (const id of [lost, NOBODY, 'nothing'])
    expect((await by(laptop, 'DELETE', `/v1/me/sessions/${id}`)).body.code).toBe('session_not_found')
  expect((await by(laptop, 'GET', '/v1/me')).status).toBe(200)
})

test('while a stolen session asks without pause, nothing it asks after its end is answered', async () => {
  const stolen = await signsIn(alice, 'a thief')
  const id = await idOf(stolen)
  let ended = false
  const asked: { after: boolean; status: number }[] = []
  const asks = async (at: typeof app) => {
    do {
      const after = ended
      asked.push({ after, status: (await by(stolen, 'GET', '/v1/me', at)).status })
    } while (!asked.some(({ after }) => after) || asked.length < 100)
  }
  await Promise.all([
    ...[app, other, app, other].map(asks),
    alice.delete(`/v1/me/sessions/${id}`).then(({ status }) => {
      expect(status).toBe(204)
      ended = true
    }),
  ])
  expect(asked.filter(({ after, status }) => after && status !== 401)).toEqual([])
  expect(asked.some(({ after, status }) => !after && status === 200)).toBe(true)
})

test('all others end, the one that asks stays, and so do those of other members', async () => {
  const here = await signsIn(alice, 'here')
  const elsewhere = [await signsIn(alice, 'a café'), await signsIn(alice, 'a library')]
  expect((await by(here, 'DELETE', '/v1/me/sessions')).status).toBe(204)
  for (const token of elsewhere) expect((await by(token, 'GET', '/v1/me', other)).status).toBe(401)
  expect((await sessions(here)).map(({ userAgent }: { userAgent: string }) => userAgent)).toEqual(['here'])
  expect((await bob.get('/v1/me')).status).toBe(200)
  expect((await by(here, 'DELETE', '/v1/me/sessions')).status).toBe(204)
})

test('two that end each other at once: one stays', async () => {
  const wallet = Wallet.createRandom()
  const signsInAgain = async () => (await person(app, wallet)).token
  const { pool } = deps.db
  for (let round = 0; round < 3; round++) {
    const [oldest, ...two] = [await signsInAgain(), await signsInAgain(), await signsInAgain()] as const
    const first = await idOf(oldest)
    const tx = await pool.connect()
    let both: ReturnType<typeof by>[]
    try {
      // Held back until both have been let in and want the same row.
      await tx.query('begin')
      await tx.query('select 1 from sessions where id = $1 for update', [first])
      both = two.map((token, i) => by(token, 'DELETE', '/v1/me/sessions', i === 0 ? app : other))
      const waiting = `select count(*)::int as n from pg_stat_activity
                       where datname = current_database() and wait_event_type = 'Lock'`
      await expect.poll(async () => (await pool.query(waiting)).rows[0].n, { timeout: 20_000 }).toBe(2)
    } finally {
      await tx.query('rollback')
      tx.release()
    }
    const answers = await Promise.all(both)
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 401])
    const left = await Promise.all([oldest, ...two].map((token) => by(token, 'GET', '/v1/me')))
    expect(left.map(({ status }) => status).toSorted()).toEqual([200, 401, 401])
  }
})

test('a session that has expired is neither listed nor revoked', async () => {
  const old = await signsIn(bob, 'old')
  const id = await idOf(old)
  await deps.db.pool.query('update sessions set expires_at = now() where id = $1', [id])
  expect((await by(old, 'GET', '/v1/me/sessions')).status).toBe(401)
  expect((await sessions(bob.token)).some((one: { id: string }) => one.id === id)).toBe(false)
  expect((await bob.delete(`/v1/me/sessions/${id}`)).body.code).toBe('session_not_found')
})

test('its use is noted behind the request, once a minute, also while its row is locked', async () => {
  const dora = await person(app)
  const id = await idOf(dora.token)
  const { pool } = deps.db
  const lastUsed = async () =>
    (await pool.query<{ at: Date | null }>('select last_used_at as at from sessions where id = $1', [id]))
      .rows[0]?.at ?? null
  await dora.get('/v1/me')
  await pool.query(`update sessions set created_at = now() - interval '2 minutes' where id = $1`, [id])
  const tx = await pool.connect()
  try {
    // Somebody holds the row: the request does not wait for it, and neither does what notes its use.
    await tx.query('begin')
    await tx.query('select 1 from sessions where id = $1 for update', [id])
    expect((await dora.get('/v1/me')).status).toBe(200)
  } finally {
    await tx.query('rollback')
    tx.release()
  }
  await expect
    .poll(
      async () => {
        await Promise.all([by(dora.token, 'GET', '/v1/me', other), dora.get('/v1/me')])
        return lastUsed()
      },
      { timeout: 20_000 },
    )
    .not.toBeNull()
  const noted = await lastUsed()
  const listed = (await sessions(dora.token))[0]
  expect(listed.lastUsedAt).toBe(noted?.toISOString())
  // Whatever other processes have still to note: within the minute the row is not written again.
  const written = await pool.query('select xmin::text from sessions where id = $1', [id])
  for (let i = 0; i < 2; i++) {
    const uses = createUses(pool, (error) => expect.fail(String(error)))
    uses.note({ memberId: dora.id, address: dora.address, sessionId: id })
    await uses.drain()
  }
  expect((await pool.query('select xmin::text from sessions where id = $1', [id])).rows).toEqual(written.rows)
})

test('a request whose use is to be noted asks the database no more than another', async () => {
  const eve = await person(app)
  const made = await eve.post('/v1/keys', { name: 'bot', scopes: ['read'] })
  const touched = `update sessions set created_at = now() - interval '1 hour' where member_id = $1`
  const statements = vi.spyOn(deps.db.pool, 'query')
  const asks = async (token: string) => {
    statements.mockClear()
    expect((await by(token, 'GET', '/v1/me')).status).toBe(200)
    const names = statements.mock.calls.map(([query]) => (query as { name?: string }).name)
    return names.filter((name) => !name?.startsWith('touch'))
  }
  const fresh = await asks(eve.token)
  await deps.db.pool.query(touched, [eve.id])
  expect(await asks(eve.token)).toEqual(fresh)
  const [lookUp, ...rest] = fresh
  expect(lookUp).toBe('viewers-of')
  expect(await asks(made.body.key)).toEqual(['viewers-of-keys', ...rest])
  statements.mockRestore()
})

test('a key neither sees sessions nor ends them', async () => {
  const made = await bob.post('/v1/keys', { name: 'bot', scopes: ['read', 'post', 'act', 'pay'] })
  const own = await idOf(bob.token)
  for (const [method, url] of [
    ['GET', '/v1/me/sessions'],
    ['DELETE', '/v1/me/sessions'],
    ['DELETE', `/v1/me/sessions/${own}`],
  ] as const)
    expect((await by(made.body.key, method, url)).body.code).toBe('insufficient_scope')
  expect((await bob.get('/v1/me')).status).toBe(200)
})
