import { expect, test } from 'vitest'
import { configFrom } from './config.ts'

const least = {
  DATABASE_URL: 'postgresql://127.0.0.1/rivulet',
  CHAIN_RPC_URL: 'http://127.0.0.1:8545',
  CHAIN_ID: '31337',
  VAULT_ADDRESS: '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed',
  TOKEN_ADDRESS: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
  SECRET_KEY: 'x'.repeat(32),
}

test('the least that is needed, and what follows from it', () => {
  expect(configFrom(least)).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    publicUrl: 'http://127.0.0.1:3000',
    trustProxyHops: 0,
    embedded: false,
    faucetKey: undefined,
    corsOrigins: '*',
    processes: 1,
    // The first example of EIP-55.
    chain: { vault: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed', publicRpcUrl: undefined },
  })
  expect(configFrom({ ...least, PORT: '4000' }).publicUrl).toBe('http://127.0.0.1:4000')
  expect(configFrom({ ...least, PORT: '4000', PUBLIC_URL: 'https://rivulet.test/' }).publicUrl).toBe(
    'https://rivulet.test',
  )
  expect(configFrom({ ...least, PORT: '', FAUCET_KEY: '' }).port).toBe(3000)
})

test("the chain's address is told only where it holds no secret", () => {
  expect(configFrom({ ...least, RIVULET_EMBEDDED: 'true' }).chain.publicRpcUrl).toBe('http://127.0.0.1:8545')
  expect(configFrom({ ...least, CHAIN_PUBLIC_RPC_URL: 'https://rpc.test' }).chain.publicRpcUrl).toBe(
    'https://rpc.test',
  )
})

test('every fault is named at once, and no secret with it', () => {
  const secret = 'too short, and secret'
  const broken = {
    ...least,
    SECRET_KEY: secret,
    PORT: '99999',
    PUBLIC_URL: 'https://rivulet.test/path',
    VAULT_ADDRESS: '0x12',
    TRUST_PROXY_HOPS: 'true',
    API_PROCESSES: '65',
    FAUCET_KEY: '0xdeadbeef',
  }
  try {
    configFrom(broken)
    expect.unreachable()
  } catch (error) {
    const { message } = error as Error
    for (const name of [
      'SECRET_KEY',
      'PORT',
      'PUBLIC_URL',
      'VAULT_ADDRESS',
      'TRUST_PROXY_HOPS',
      'API_PROCESSES',
      'FAUCET_KEY',
    ])
      expect(message).toContain(name)
    expect(message).not.toContain(secret)
    expect(message).not.toContain('deadbeef')
  }
  expect(() => configFrom({})).toThrow(/DATABASE_URL/)
})

test('an empty variable is one that is not set, for the rules too', () => {
  const rules = configFrom({ ...least, TIP_FEE_BPS: '', ASSET_DECIMALS: '', RATE_LIKE: '' }).rules
  expect(rules.fees.tipBps).toBe(250)
  expect(rules.unit).toBe(1_000n)
  expect(rules.rates.like).toBe(500_000n)
})
