import { z } from 'zod'
import type { SignRequest } from './signer.ts'

/** Most bytes of a request: a batch of 500 with its proof is 33,000 in hex. */
export const MAX_REQUEST_BYTES = 256 * 1024

const uint = z
  .string()
  .regex(/^\d{1,78}$/)
  .transform(BigInt)

/** A request as JSON: numbers beyond 2^53 as decimal strings. There is no field for a value. */
export const requestSchema = z.strictObject({
  chainId: uint,
  nonce: z.number().int().min(0),
  to: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  data: z.string().regex(/^0x([0-9a-fA-F]{2})*$/),
  gasLimit: uint,
  maxFeePerGas: uint,
  maxPriorityFeePerGas: uint,
})

const refusals = z.enum([
  ...['wrong_chain', 'wrong_target', 'unknown_call', 'fee_above_ceiling', 'gas_above_limit'],
  ...['above_transaction_cap', 'above_day_cap', 'nonce_used'],
] as const)

/** An answer as JSON. */
export const answerSchema = z.union([
  z.strictObject({ ok: z.literal(true), raw: z.string().regex(/^0x[0-9a-f]+$/) }),
  z.strictObject({ ok: z.literal(false), code: refusals, detail: z.string().max(1_000) }),
])

export function requestJson({ chainId, nonce, to, data, ...rest }: SignRequest): string {
  return JSON.stringify({
    ...{ chainId: String(chainId), nonce, to, data, gasLimit: String(rest.gasLimit) },
    maxFeePerGas: String(rest.maxFeePerGas),
    maxPriorityFeePerGas: String(rest.maxPriorityFeePerGas),
  })
}

/** Where a signer listens: a Unix socket, or a port of the loopback. */
export type SignerPlace = { path: string } | { host: string; port: number }

/**
 * Reads `unix:/path/to/socket` or `http://127.0.0.1:7545`.
 * @returns undefined for anything else: what is said goes over no network
 */
export function placeOf(url: string): SignerPlace | undefined {
  if (url.startsWith('unix:/')) return { path: url.slice('unix:'.length) }
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const host = parsed?.hostname.replace(/^\[|\]$/g, '')
  if (parsed?.protocol !== 'http:' || !host || !['127.0.0.1', '::1', 'localhost'].includes(host))
    return undefined
  return parsed.port ? { host, port: Number(parsed.port) } : undefined
}
