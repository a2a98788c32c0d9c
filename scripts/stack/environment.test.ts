import { readKeys, StartRefused, temporaryFolder } from '@rivulet/stack'
import { expect, test } from 'vitest'
import { chainGiven, connectionsOf, environmentOf, keysInUse } from './environment.ts'

const keys = readKeys(`${temporaryFolder('keys')}/keys.json`)
const chain = { rpcUrl: 'http://chain', chainId: 31337, token: '0xt', vault: '0xv', deployBlock: 2 }
const address = { host: '127.0.0.1', port: 3000, url: 'http://127.0.0.1:3000' }
const context = { databaseUrl: 'postgresql://app', chain, address, keys, embedded: true }

test('the API cannot move the vault’s money, the worker cannot mint, and neither owns the database', () => {
  const given = {
    MIGRATION_DATABASE_URL: 'postgresql://owner',
    OPERATOR_KEY: keys.operator,
    FAUCET_KEY: keys.faucet,
    GUARDIAN_KEY: keys.guardian,
  }
  const api = environmentOf('api', given, context)
  const worker = environmentOf('worker', given, context)
  expect(Object.values(api)).not.toContain(keys.operator)
  expect(Object.values(worker)).not.toContain(keys.faucet)
  for (const env of [api, worker]) {
    expect(env.MIGRATION_DATABASE_URL).toBeUndefined()
    for (const secret of [keys.admin, keys.guardian, keys.treasurer, keys.databasePassword]) {
      expect(Object.values(env)).not.toContain(secret)
    }
  }
  expect(api.FAUCET_KEY).toBe(keys.faucet)
  expect(worker.OPERATOR_KEY).toBe(keys.operator)

  const checker = environmentOf('checker', { ...given, SECRET_KEY: keys.secretKey }, context)
  expect(checker.GUARDIAN_KEY).toBe(keys.guardian)
  for (const secret of [keys.operator, keys.faucet, keys.secretKey, keys.admin, keys.treasurer])
    expect(Object.values(checker)).not.toContain(secret)
  expect(environmentOf('checker', {}, { ...context, embedded: false }).GUARDIAN_KEY).toBeUndefined()
})

test('the worker commits nothing that the checker has not said yes to, unless it is told otherwise', () => {
  expect(environmentOf('worker', {}, context).CHECKER).toBe('required')
  expect(environmentOf('worker', { CHECKER: 'off' }, context).CHECKER).toBe('off')
  expect(environmentOf('worker', {}, { ...context, embedded: false }).CHECKER).toBeUndefined()
})

test('where a signer has the key, only the worker may ask it, and nobody gets a key', () => {
  const given = { SIGNER_URL: 'http://127.0.0.1:7545', SIGNER_TOKEN: 't'.repeat(32) }
  const [api, worker] = [environmentOf('api', given, context), environmentOf('worker', given, context)]
  expect(worker).toMatchObject(given)
  expect(worker.OPERATOR_KEY).toBeUndefined()
  expect(Object.values(api)).not.toContain(given.SIGNER_TOKEN)
  expect(Object.values(api)).not.toContain(keys.operator)
})

test('what is set wins over the short clock, and an address behind a proxy over the own one', () => {
  const env = environmentOf('worker', { PERIOD_SECONDS: '5', PUBLIC_URL: 'https://rivulet.example' }, context)
  expect([env.PERIOD_SECONDS, env.HOLD_SECONDS]).toEqual(['5', '60'])
  expect(env.PUBLIC_URL).toBe('https://rivulet.example')
  expect(environmentOf('api', {}, context).PUBLIC_URL).toBe('http://127.0.0.1:3000')
})

test('a bot on a laptop has its receiver there: webhooks reach it on the embedded stack, unless that is said to be otherwise', () => {
  for (const app of ['api', 'worker'] as const) {
    expect(environmentOf(app, {}, context).WEBHOOKS_TO_PRIVATE).toBe('true')
    const refused = { WEBHOOKS_TO_PRIVATE: 'false' }
    expect(environmentOf(app, refused, context).WEBHOOKS_TO_PRIVATE).toBe('false')
    expect(environmentOf(app, {}, { ...context, embedded: false }).WEBHOOKS_TO_PRIVATE).toBe('')
  }
})

test('on a chain of one’s own there is no faucet, and clocks are not short', () => {
  const env = environmentOf('api', {}, { ...context, embedded: false })
  expect(env.FAUCET_KEY).toBeUndefined()
  expect(env.PERIOD_SECONDS).toBeUndefined()
  expect(env.RIVULET_EMBEDDED).toBe('')
})

test('a chain of one’s own must be described whole', () => {
  expect(chainGiven({})).toBeNull()
  const given = { CHAIN_RPC_URL: 'https://rpc.example', CHAIN_ID: '8453', VAULT_ADDRESS: '0xv' }
  expect(() => chainGiven(given)).toThrow(StartRefused)
  expect(() => chainGiven(given)).toThrow(/TOKEN_ADDRESS, VAULT_DEPLOY_BLOCK, OPERATOR_KEY/)
  const rest = { TOKEN_ADDRESS: '0xt', VAULT_DEPLOY_BLOCK: '7', OPERATOR_KEY: keys.operator }
  const described = {
    ...{ rpcUrl: 'https://rpc.example', chainId: 8453, vault: '0xv', token: '0xt', deployBlock: 7 },
  }
  expect(() => chainGiven({ ...given, ...rest })).toThrow(/belongs into a signer/)
  expect(chainGiven({ ...given, ...rest, ALLOW_RAW_OPERATOR_KEY: 'true' })).toEqual(described)
  const { OPERATOR_KEY: _, ...signer } = { ...given, ...rest, SIGNER_URL: 'unix:/run/signer.sock' }
  expect(() => chainGiven(signer)).toThrow(/OPERATOR_ADDRESS must be set/)
  expect(chainGiven({ ...signer, OPERATOR_ADDRESS: '0xo' })).toEqual(described)
})

test('keys of the environment come before those that are kept', () => {
  const mine = { OPERATOR_KEY: `0x${'1'.repeat(64)}`, SECRET_KEY: '' }
  expect(keysInUse(keys, mine)).toEqual({ ...keys, operator: mine.OPERATOR_KEY })
})

test('the database has room for the pools of all API processes', () => {
  expect(connectionsOf({})).toBe(200)
  expect(connectionsOf({ API_PROCESSES: '3' })).toBe(200)
  // Four pools of 10 each, and 60 for everybody else.
  expect(connectionsOf({ API_PROCESSES: '64' })).toBe(64 * 40 + 60)
  expect(connectionsOf({ API_PROCESSES: '8', DATABASE_POOL_MAX: '50' })).toBe(1660)
  expect(connectionsOf({ API_PROCESSES: 'many' })).toBe(200)
})
