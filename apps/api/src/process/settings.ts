import { z } from 'zod'
import { BALANCES, type Balance } from './balance.ts'

/** What also the primary of several processes has to know. It is told no secret. */
export const SETTINGS = {
  API_PROCESSES: z.coerce.number().int().min(1).max(64).default(1),
  API_BALANCE: z.enum(BALANCES).default('fill'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  SHUTDOWN_DELAY_MS: z.coerce.number().int().min(0).max(60_000).default(0),
}

export type Settings = {
  /** How many processes serve the port. */
  processes: number
  /** How they are given connections. */
  balance: Balance
  logLevel: string
  /** How long `/readyz` says 503 before the listener closes, so that a balancer notices. */
  shutdownDelayMs: number
}

/** Reads the settings; undefined when one has a fault, which `configFrom` names together with all others. */
export function settingsFrom(env: Record<string, string | undefined>): Settings | undefined {
  const set = Object.fromEntries(
    Object.keys(SETTINGS).map((name) => [name, env[name] === '' ? undefined : env[name]]),
  )
  const parsed = z.object(SETTINGS).safeParse(set)
  if (!parsed.success) return undefined
  const { API_PROCESSES, API_BALANCE, LOG_LEVEL, SHUTDOWN_DELAY_MS } = parsed.data
  return {
    processes: API_PROCESSES,
    balance: API_BALANCE,
    logLevel: LOG_LEVEL,
    shutdownDelayMs: SHUTDOWN_DELAY_MS,
  }
}
