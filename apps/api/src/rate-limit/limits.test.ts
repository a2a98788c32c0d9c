import { expect, test } from 'vitest'
import { call, person } from '../../test/people.ts'
import { world } from '../../test/world.ts'
import { createLimits, PER_ADDRESS, PER_MEMBER } from './limits.ts'

let clock = 0
const now = () => clock
const small = { perMember: { burst: 5, perSecond: 1 }, perAddress: { burst: 8, perSecond: 1 }, now }

/** Requests until the first refusal, each as `send` sends it; at most 50. */
async function untilRefused(send: (i: number) => Promise<{ status: number }>): Promise<number> {
  for (let i = 0; i < 50; i++) {
    const { status } = await send(i)
    if (status === 429) return i
  }
  return Number.POSITIVE_INFINITY
}

test('the limits of a deployment', () => {
  expect(PER_MEMBER).toEqual({ burst: 1_000, perSecond: 50 })
  expect(PER_ADDRESS).toEqual({ burst: 20 * 1_000, perSecond: 20 * 50 })
})

test('a member is limited wherever they call from, and nobody else with them', async () => {
  const { app } = await world({}, { limits: createLimits({ ...small, exemptLoopback: true }) })
  const alice = await person(app)
  const bob = await person(app)
  expect(await untilRefused(() => alice.get('/v1/me'))).toBe(5)

  const refused = await alice.get('/v1/feeds/latest')
  expect(refused.status).toBe(429)
  expect(refused.body.code).toBe('rate_limited')
  expect(refused.headers['retry-after']).toBe('1')
  expect((await bob.get('/v1/me')).status).toBe(200)

  clock += 2_000
  expect(await untilRefused(() => alice.get('/v1/me'))).toBe(2)
})

test('the headers tell the policy and what is left of it', async () => {
  const { app } = await world({}, { limits: createLimits({ ...small, exemptLoopback: false }) })
  const anonymous = await call(app, 'GET', '/v1/network')
  expect(anonymous.headers['ratelimit-policy']).toBe('"address";q=8;w=8')
  expect(anonymous.headers.ratelimit).toBe('"address";r=7;t=1')
  const alice = await person(app)
  const answer = await alice.get('/v1/me')
  expect(answer.headers['ratelimit-policy']).toBe('"address";q=8;w=8, "member";q=5;w=5')
  expect(answer.headers.ratelimit).toBe('"address";r=4;t=4, "member";r=4;t=1')
})

test('without proxies of ours X-Forwarded-For is only a header', async () => {
  const { app } = await world({}, { limits: createLimits({ ...small, exemptLoopback: false }) })
  const refusedAt = await untilRefused((i) =>
    call(app, 'GET', '/v1/network', undefined, { 'x-forwarded-for': `203.0.113.${i}` }),
  )
  expect(refusedAt).toBe(8)
})

test('behind one proxy the address is what the proxy saw, whatever the client claims', async () => {
  const { app } = await world(
    { TRUST_PROXY_HOPS: '1' },
    { limits: createLimits({ ...small, exemptLoopback: false }) },
  )
  const from = (address: string, claims: string) =>
    call(app, 'GET', '/v1/network', undefined, { 'x-forwarded-for': `${claims}, ${address}` })
  expect(await untilRefused((i) => from('198.51.100.1', `203.0.113.${i}`))).toBe(8)
  expect((await from('198.51.100.2', '203.0.113.1')).status).toBe(200)
  expect(await untilRefused((i) => from('198.51.100.3', `127.0.0.1, 10.0.0.${i}`))).toBe(8)
})

test('loopback is exempt where the stack is embedded, and only there', async () => {
  const { app: embedded } = await world(
    { RIVULET_EMBEDDED: 'true', TRUST_PROXY_HOPS: '0' },
    { limits: createLimits({ ...small, exemptLoopback: true }) },
  )
  expect(await untilRefused(() => call(embedded, 'GET', '/v1/network'))).toBe(Number.POSITIVE_INFINITY)
  expect((await call(embedded, 'GET', '/v1/network')).headers.ratelimit).toBe('"address";r=8;t=0')
})
