import type { FastifyServerOptions } from 'fastify'
import type { Config } from './config.ts'

/**
 * How the API logs: JSON lines on standard output, in which no secret of the configuration ever stands. Libraries put
 * the addresses they called into their errors, and the address of a hosted node is a key.
 */
export function logOptions(config: Config): NonNullable<FastifyServerOptions['logger']> {
  if (config.logLevel === 'silent') return false
  const { databaseUrl, secretKey, nodeKey, faucetKey, chain } = config
  // What is told to everybody at GET /v1/network is no secret.
  const rpcUrl = chain.rpcUrl === chain.publicRpcUrl ? undefined : chain.rpcUrl
  const keys = [nodeKey, nodeKey?.slice(2), faucetKey, faucetKey?.slice(2)]
  const secrets = [databaseUrl, secretKey, ...keys, rpcUrl].filter((one) => one !== undefined)
  return {
    level: config.logLevel,
    base: { app: 'api', pid: process.pid },
    redact: {
      paths: ['req.headers.authorization', 'err.request', 'err.info', 'err.transaction'],
      remove: true,
    },
    hooks: {
      streamWrite: (line: string) =>
        secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), line),
    },
  }
}
