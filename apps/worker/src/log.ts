import { type DestinationStream, type Logger, pino } from 'pino'
import type { Config } from './config.ts'

export type Log = Logger

/**
 * A process's log, JSON lines on standard output. Whatever is written, by whichever library's error message, the secrets
 * are not in it.
 *
 * @param config its `secrets` are texts that are taken out as well as those of the worker's configuration
 */
export function createLog(
  config: Pick<Config, 'LOG_LEVEL'> & Partial<Config> & { secrets?: (string | undefined)[] },
  to?: DestinationStream,
  app = 'worker',
): Log {
  const secrets = [
    config.OPERATOR_KEY,
    config.OPERATOR_KEY?.slice(2),
    config.SECRET_KEY,
    config.SIGNER_TOKEN,
    config.DATABASE_URL,
    config.REDIS_URL,
    config.CHAIN_RPC_URL,
    config.CHAIN_RPC_URL_2,
    ...(config.secrets ?? []),
  ].filter((secret) => secret !== undefined)
  const options = {
    level: config.LOG_LEVEL,
    base: { app },
    redact: {
      paths: ['raw', '*.raw', 'privateKey', '*.privateKey', 'err.request', 'err.info', 'err.transaction'],
      remove: true,
    },
    hooks: {
      streamWrite: (line: string) =>
        secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), line),
    },
  }
  return to ? pino(options, to) : pino(options)
}

/** An error in one line, for rows and log fields: the library's own short form where there is one. */
export function errorText(error: unknown): string {
  const { shortMessage, message } = error as { shortMessage?: unknown; message?: unknown }
  const text =
    typeof shortMessage === 'string' ? shortMessage : typeof message === 'string' ? message : String(error)
  return text.slice(0, 500)
}
