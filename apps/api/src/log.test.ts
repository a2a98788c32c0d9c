import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { TEST_ENV } from '../test/world.ts'
import { configFrom } from './config.ts'
import { logOptions } from './log.ts'

const KEY = `0x${'ab'.repeat(32)}`
const SECRETS = {
  DATABASE_URL: 'postgresql://rivulet:open-sesame@db.test/rivulet',
  CHAIN_RPC_URL: 'https://node.test/v2/the-key-of-a-hosted-node',
  SECRET_KEY: 'never to be seen by anybody who reads the log',
  FAUCET_KEY: KEY,
}

/** What the API's log writes while `work` uses it. */
function logged(env: Record<string, string>, work: (app: ReturnType<typeof Fastify>) => void): string {
  let text = ''
  const stream = {
    write: (line: string) => {
      text += line
    },
  }
  const options = logOptions(configFrom({ ...TEST_ENV, ...SECRETS, LOG_LEVEL: 'info', ...env }))
  work(Fastify({ logger: { ...(options as object), stream } }))
  return text
}

test('whatever an error says of where it called and with what, no secret is in the log', () => {
  const error = Object.assign(new Error(`no answer from ${SECRETS.CHAIN_RPC_URL}`), {
    requestUrl: SECRETS.CHAIN_RPC_URL,
    info: { requestUrl: SECRETS.CHAIN_RPC_URL },
    connection: SECRETS.DATABASE_URL,
    signedWith: KEY.slice(2),
  })
  const text = logged({}, (app) =>
    app.log.error({ err: error, cursorKey: SECRETS.SECRET_KEY }, 'request failed'),
  )
  expect(text).toContain('request failed')
  expect(text).toContain('[redacted]')
  for (const secret of [...Object.values(SECRETS), KEY.slice(2)]) expect(text).not.toContain(secret)
})

test('the address of the embedded chain is no secret: everybody is told it', () => {
  const text = logged({ RIVULET_EMBEDDED: 'true' }, (app) =>
    app.log.info({ url: SECRETS.CHAIN_RPC_URL }, 'here'),
  )
  expect(text).toContain(SECRETS.CHAIN_RPC_URL)
})
