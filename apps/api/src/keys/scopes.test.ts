import type { RouteOptions } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { call, NOBODY, type Person, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'
import { buildApp, ROOMS, type Room } from '../app.ts'
import { operation } from '../http/operation.ts'
import { SCOPES, type Scope } from '../http/scopes.ts'
import { createLimits } from '../rate-limit/limits.ts'

const { deps } = await world({ RIVULET_EMBEDDED: 'true' })
const routes: RouteOptions[] = []
const listen: Room = async (app) => {
  app.addHook('onRoute', (route) => {
    if (!['HEAD', 'OPTIONS'].includes(String(route.method))) routes.push(route)
  })
}
const wide = { burst: 1e6, perSecond: 1e6 }
const app = await buildApp(deps, {
  rooms: [listen, ...ROOMS],
  limits: createLimits({ now: Date.now, exemptLoopback: true, perMember: wide }),
})
afterAll(() => app.close())

let alice: Person
beforeAll(async () => {
  alice = await person(app)
})

async function keyWith(scopes: readonly Scope[]): Promise<string> {
  const made = await alice.post('/v1/keys', { name: 'a bot', scopes })
  expect(made.status).toBe(201)
  return made.body.key
}

// Who asks is looked at before what they ask: with this nothing is done, and the stream does not begin.
const NONSENSE = '?unheardOf'

const codeOf = async (route: RouteOptions, key: string): Promise<string | undefined> =>
  (
    await call(app, route.method as 'GET', route.url.replace(/:\w+/g, NOBODY) + NONSENSE, undefined, {
      authorization: `Bearer ${key}`,
    })
  ).body?.code

const nameOf = ({ method, url }: RouteOptions) => `${method} ${url.replace('/v1', '')}`

test('a key without scopes reaches nothing that asks who is there', async () => {
  const key = await keyWith([])
  expect(routes.length).toBeGreaterThan(30)
  for (const route of routes) {
    const refused = (await codeOf(route, key)) === 'insufficient_scope'
    expect([nameOf(route), refused]).toEqual([nameOf(route), route.config?.session !== 'none'])
  }
})

test('what no key does, and what a key does with each scope', async () => {
  const reached = new Map<string, Set<Scope>>()
  for (const scope of SCOPES) {
    const key = await keyWith([scope])
    for (const route of routes.filter(({ config }) => config?.session !== 'none')) {
      const scopes = reached.get(nameOf(route)) ?? new Set()
      reached.set(nameOf(route), scopes)
      if ((await codeOf(route, key)) !== 'insufficient_scope') scopes.add(scope)
    }
  }
  const only = (wanted: Scope[]) =>
    [...reached].filter(([, scopes]) => String([...scopes]) === String(wanted)).map(([name]) => name)
  expect(only([])).toEqual(
    expect.arrayContaining([
      'DELETE /auth/session',
      'DELETE /keys/:id',
      'DELETE /me/sessions',
      'DELETE /me/sessions/:id',
      'DELETE /wallet/auto-withdrawal',
      'DELETE /wallet/withdrawals/:id',
      'GET /keys',
      'GET /me/exit-secret',
      'GET /me/sessions',
      'PATCH /me',
      'POST /keys',
      'POST /keys/:id/rotate',
      'POST /wallet/withdrawals',
      'POST /wallet/withdrawals/quote',
      'PUT /wallet/auto-withdrawal',
    ]),
  )
  expect(only(['pay'])).toEqual(
    expect.arrayContaining([
      'DELETE /subscriptions/:id',
      'DELETE /wallet/pledge',
      'POST /posts/:id/unlock',
      'POST /subscriptions',
      'POST /subscriptions/:id/resume',
      'POST /tips',
      'POST /wallet/pledge',
    ]),
  )
  expect(only(['post'])).toEqual(expect.arrayContaining(['DELETE /posts/:id', 'POST /posts']))
  expect(only(['act'])).toEqual(
    expect.arrayContaining([
      'DELETE /members/:id/follow',
      'DELETE /posts/:id/like',
      'PUT /members/:id/follow',
      'PUT /posts/:id/like',
    ]),
  )
  // Looking is all that `read` does, and only `read` looks; nothing is reached by two scopes.
  const looks = [...reached.keys()].filter((name) => name.startsWith('GET '))
  const inPerson = [
    ...['keys', 'me/exit-secret', 'me/sessions', 'me/posting-keys', 'me/export', 'me/security-log'],
    ...['me/reports', 'me/appeals', 'admin/reports', 'admin/appeals', 'admin/audit-log'],
  ].map((path) => `GET /${path}`)
  // Being shown something reserves its price.
  const acting = ['GET /ads/next']
  expect(only(['read']).toSorted()).toEqual(
    // A ticket is for looking on, by those who cannot say who they are in a header.
    [...looks.filter((name) => ![...inPerson, ...acting].includes(name)), 'POST /stream/ticket'].toSorted(),
  )
  expect([...reached.values()].every((scopes) => scopes.size < 2)).toBe(true)
})

test('a route that asks for a scope there is not fails when it is registered', () => {
  expect(() =>
    operation({
      ...{ id: 'fly', tag: 'wallet', summary: 'Fly away', session: 'required', answers: {} },
      scope: 'fly' as Scope,
    }),
  ).toThrow('fly asks for the scope fly')
})

test('the document says of every call what it asks of a key', () => {
  const document = app.swagger() as unknown as {
    paths: Record<string, Record<string, { security: object[]; description: string }>>
  }
  expect(document.paths['/v1/tips']?.post).toMatchObject({ security: [{ session: [] }, { key: ['pay'] }] })
  expect(document.paths['/v1/feeds/latest']?.get).toMatchObject({
    security: [{}, { session: [] }, { key: ['read'] }],
  })
  const withdrawal = document.paths['/v1/wallet/withdrawals']?.post
  expect(withdrawal?.security).toEqual([{ session: [] }])
  expect(withdrawal?.description).toContain('no API key')
})
