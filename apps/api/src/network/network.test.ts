import { expect, test } from 'vitest'
import { call } from '../../test/people.ts'
import { world } from '../../test/world.ts'

test('the network tells its rules, in the units a client uses', async () => {
  // The first vector of RFC 8032, §7.1.
  const NODE_KEY = '0x9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
  const { app } = await world({ NODE_KEY })
  // The defaults of the economy, written out.
  expect((await call(app, 'GET', '/v1/network')).body).toEqual({
    name: 'Rivulet',
    auth: { domain: 'rivulet.test', uri: 'https://rivulet.test' },
    node: { publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a' },
    chain: { id: 31337, vault: '0x1111111111111111111111111111111111111111' },
    asset: { symbol: 'tUSD', address: '0x2222222222222222222222222222222222222222', decimals: 6 },
    rates: { like: '0.0005', read: '0.0002', comment: '0.001', repost: '0.001' },
    shareBps: 1000,
    split: { viewer: 3000, budget: 5000, author: 1000, platform: 1000 },
    fees: { tipBps: 250, clearingBps: 500 },
    periodSeconds: 86_400,
    holds: { normal: 86_400, young: 604_800, views: 604_800 },
    minWithdrawal: '1',
    faucet: false,
  })
})

test('a deployment of its own rules tells those', async () => {
  const { app } = await world({
    RIVULET_EMBEDDED: 'true',
    PORT: '4321',
    PUBLIC_URL: '',
    PERIOD_SECONDS: '60',
    MIN_WITHDRAWAL: '0.001',
    FAUCET_KEY: `0x${'1'.repeat(64)}`,
    RATE_LIKE: '0.002',
    CHAIN_EXPLORER_URL: 'https://explorer.example/',
    NETWORK_NAME: 'Brook',
    ASSET_SYMBOL: 'USDX',
  })
  expect((await call(app, 'GET', '/v1/network', undefined, { host: 'evil.test' })).body).toMatchObject({
    name: 'Brook',
    auth: { domain: '127.0.0.1:4321', uri: 'http://127.0.0.1:4321' },
    chain: { rpcUrl: 'http://127.0.0.1:9', explorerUrl: 'https://explorer.example' },
    asset: { symbol: 'USDX' },
    rates: { like: '0.002' },
    periodSeconds: 60,
    minWithdrawal: '0.001',
    faucet: true,
  })
})
