import { expect, test } from 'vitest'
import { configFrom } from './config.ts'
import { createLog, errorText } from './log.ts'

const KEY = `0x${'ab'.repeat(32)}`
const env = {
  DATABASE_URL: 'postgresql://app:hush@127.0.0.1:5432/rivulet',
  CHAIN_RPC_URL: 'https://rpc.example/v3/hidden',
  CHAIN_RPC_URL_2: 'https://node.example/v1/veiled',
  CHAIN_ID: '31337',
  VAULT_ADDRESS: '0x70997970c51812dc3a010c7d01b50e0d17dc79c8',
  TOKEN_ADDRESS: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  VAULT_DEPLOY_BLOCK: '2',
  OPERATOR_KEY: KEY,
  RIVULET_EMBEDDED: '1',
  SECRET_KEY: 'a secret that is long enough to be one',
}

test('addresses are checksummed, and what is not said is the default', () => {
  const config = configFrom({ ...env, REDIS_URL: '' })
  expect(config).toMatchObject({
    VAULT_ADDRESS: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
    CHAIN_ID: 31337n,
    SETTLEMENT_SECONDS: 3600,
    CHAIN_POLL_MS: 4000,
  })
  expect(config.REDIS_URL).toBeUndefined()
  expect(config.rules.unit).toBe(1_000n)
})

test.each([
  ['CHAIN_ID', '0'],
  ['VAULT_ADDRESS', '0x1234'],
  ['TOKEN_ADDRESS', '0x3c44CdDdB6a900fa2b585dd299e03d12FA4293BC'],
  ['VAULT_DEPLOY_BLOCK', '-1'],
  ['OPERATOR_KEY', '0xabc'],
  ['SECRET_KEY', 'short'],
  ['MAX_FEE_GWEI', '0'],
  ['MAX_FEE_GWEI', '1e3'],
  ['SIGNER_URL', 'http://signer.example:7545'],
  ['CHAIN_POLL_MS', '0'],
  ['WEBHOOKS_PORTS', '0'],
  ['WEBHOOKS_TO_PRIVATE', 'perhaps'],
  ['WEBHOOKS_TIMEOUT_MS', '60000'],
  ['CHAIN_RPC_URL', 'not a url'],
  ['CHAIN_RPC_URL_2', 'not a url'],
])('a bad %s is named and not shown', (name, value) => {
  const refusal = () => configFrom({ ...env, [name]: value })
  expect(refusal).toThrow(name)
  if (name.endsWith('KEY')) expect(refusal).not.toThrow(value)
})

test('the fee ceiling is gwei, to nine places', () => {
  expect(configFrom(env).MAX_FEE_GWEI).toBe(500_000_000_000n)
  expect(configFrom({ ...env, MAX_FEE_GWEI: '0.05' }).MAX_FEE_GWEI).toBe(50_000_000n)
})

test('outside of the embedded stack the key is in a signer, unless it is said aloud that it is not', () => {
  const outside = { ...env, RIVULET_EMBEDDED: '', NODE_ENV: 'production' }
  expect(() => configFrom(outside)).toThrow('OPERATOR_KEY is for the embedded stack')
  expect(configFrom({ ...outside, ALLOW_RAW_OPERATOR_KEY: 'true' }).OPERATOR_KEY).toBe(KEY)
  const signer = { SIGNER_URL: 'unix:/run/signer.sock', OPERATOR_ADDRESS: env.VAULT_ADDRESS }
  expect(() => configFrom({ ...outside, ...signer })).toThrow('OPERATOR_KEY must not be here')
  expect(configFrom({ ...outside, ...signer, OPERATOR_KEY: '' }).SIGNER_URL).toBe(signer.SIGNER_URL)
  const onPort = { ...outside, ...signer, OPERATOR_KEY: '', SIGNER_URL: 'http://127.0.0.1:7545' }
  expect(() => configFrom(onPort)).toThrow('SIGNER_TOKEN is needed on a port')
  expect(() => configFrom({ ...outside, OPERATOR_KEY: '' })).toThrow('or SIGNER_URL with OPERATOR_ADDRESS')
})

test('whatever is logged, no secret of the configuration is in it', () => {
  const lines: string[] = []
  const log = createLog(configFrom(env), { write: (line) => void lines.push(line) })
  log.info({ raw: '0x02f8deadbeef', attempt: { raw: '0x02f8deadbeef' } }, 'signed')
  log.error(
    {
      err: new Error(`could not reach ${env.CHAIN_RPC_URL}, ${env.CHAIN_RPC_URL_2} nor ${env.DATABASE_URL}`),
    },
    `key ${KEY}`,
  )
  log.warn({ deep: { config: env } }, KEY.slice(2))
  const written = lines.join('')
  expect(written).toContain('[redacted]')
  for (const secret of ['hush', 'hidden', 'veiled', 'ab'.repeat(32), env.SECRET_KEY, '02f8deadbeef'])
    expect(written).not.toContain(secret)
})

test('an error is told in one line of bounded length', () => {
  expect(errorText({ shortMessage: 'server response 503', message: 'a page of text' })).toBe(
    'server response 503',
  )
  expect(errorText(new Error('x'.repeat(2_000)))).toHaveLength(500)
  expect(errorText('just a word')).toBe('just a word')
})
