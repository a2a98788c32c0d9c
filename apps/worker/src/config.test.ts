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
  ['CHAIN_POLL_MS', '0'],
  ['CHAIN_RPC_URL', 'not a url'],
  ['CHAIN_RPC_URL_2', 'not a url'],
])('a bad %s is named and not shown', (name, value) => {
  const refusal = () => configFrom({ ...env, [name]: value })
  expect(refusal).toThrow(name)
  if (name.endsWith('KEY')) expect(refusal).not.toThrow(value)
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
