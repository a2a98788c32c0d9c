import { declareRules, rulesFrom } from '@rivulet/economy'
import { testChain } from '@rivulet/stack'
import { afterAll, expect, test } from 'vitest'
import { call } from '../../test/people.ts'
import { world } from '../../test/world.ts'

const chain = await testChain({ blockTime: null })
afterAll(() => chain.close())
const env = { CHAIN_RPC_URL: chain.rpcUrl, CHAIN_ID: String(chain.chainId) }
let clock = Date.now()
const { app, deps } = await world({ ...env, GRANT_AMOUNT: '0.25' }, { now: () => clock })

test('anybody reads the rules in force, in the units of the network', async () => {
  const { status, body } = await call(app, 'GET', '/v1/rules')
  expect(status).toBe(200)
  expect(Math.abs(Date.now() - Date.parse(body.since))).toBeLessThan(600_000)
  // The defaults of .env.example, written out.
  expect(body).toEqual({
    version: 1,
    since: body.since,
    weights: { like: 5, read: 2, comment: 10, repost: 10 },
    rates: { like: '0.0005', read: '0.0002', comment: '0.001', repost: '0.001' },
    shareBps: 1000,
    split: { viewer: 3000, budget: 5000, author: 1000, platform: 1000 },
    fees: { tipBps: 250, clearingBps: 500 },
    periodSeconds: 86_400,
    holds: { normal: 86_400, young: 604_800, views: 604_800 },
    youngSeconds: 1_209_600,
    views: {
      minMs: 1000,
      tokenSeconds: 60,
      viewerAgeSeconds: 259_200,
      viewerDeposit: '5',
      perDay: 200,
      perCampaignDay: 5,
    },
    grants: { amount: '0.25', perMember: '0', perDay: '0', total: '0' },
    idleCloses: 4,
  })
})

test('somebody starts with other rules: the old ones stay readable, and this process says that it is behind', async () => {
  const ready = async () => {
    clock += 1_000
    return (await call(app, 'GET', '/readyz')).body
  }
  expect(await ready()).toEqual({ status: 'ready' })
  await declareRules(deps.db.pool, rulesFrom({ RATE_LIKE: '0.0007' }))
  expect((await call(app, 'GET', '/v1/rules')).body).toMatchObject({ version: 2, rates: { like: '0.0007' } })
  expect((await call(app, 'GET', '/v1/rules/1')).body).toMatchObject({
    version: 1,
    rates: { like: '0.0005' },
  })
  expect(await ready()).toEqual({
    status: 'ready',
    detail: 'this process runs by rules version 1, and 2 is in force: start it with the same rules',
  })
  const first = await call(app, 'GET', '/v1/rules/versions?limit=1')
  expect(first.body.data.map((one: { version: number }) => one.version)).toEqual([2])
  const second = await call(app, 'GET', `/v1/rules/versions?limit=1&cursor=${first.body.nextCursor}`)
  expect(second.body.data.map((one: { version: number }) => one.version)).toEqual([1])
  expect(second.body.nextCursor).toBeNull()
})

test.each(['3', '0', '01', '-1', '1.0', 'x', '99999999999999999999'])(
  'there is no version %s',
  async (name) => {
    const { status, body } = await call(app, 'GET', `/v1/rules/${name}`)
    expect([status, body.code]).toEqual([404, 'not_found'])
  },
)
