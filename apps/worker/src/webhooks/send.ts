import { request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import {
  isAllowedAddress,
  isLoopbackAddress,
  literalAddress,
  type Reach,
  readWebhookUrl,
} from '@rivulet/economy'
import { dnsResolve, guardedLookup, NotPublic, type Resolve, systemResolve, Unresolved } from './lookup.ts'

/** Most that is read of an answer, in bytes; of all of it only the status is kept. */
const MOST_ANSWER_BYTES = 65_536

export type SendOptions = Reach & {
  /** From the look-up of the name to the end of the answer. */
  timeoutMs: number
  /** Whom else to believe: certificates of authorities, PEM. */
  ca?: string
  resolve?: Resolve
  isAllowed?: (address: string) => boolean
}

/** What came of a request: the status of the answer, or why there was none. */
export type Outcome = { status: number } | { error: SendError }

export type SendError =
  | 'bad_url'
  | 'not_public'
  | 'unresolved'
  | 'timeout'
  | 'tls'
  | 'unreachable'
  | 'bad_answer'

/**
 * Sends one POST and waits for its answer; follows no redirect, keeps no connection, and connects to no address that it
 * has not looked at itself. Never throws.
 */
export async function send(
  { url: text, headers, body }: { url: string; headers: Record<string, string>; body: string },
  options: SendOptions,
): Promise<Outcome> {
  // The configuration may have changed since it was written.
  const read = readWebhookUrl(text, options)
  if (!read.ok) return { error: 'bad_url' }
  const { url } = read
  const isPlain = url.protocol === 'http:'
  const isAllowed =
    options.isAllowed ??
    ((address) => isAllowedAddress(address, options) && (!isPlain || isLoopbackAddress(address)))
  // A socket asks nobody about what is an address already.
  const literal = literalAddress(url)
  if (literal !== undefined && !isAllowed(literal)) return { error: 'not_public' }
  const resolve = options.resolve ?? (options.toPrivate ? systemResolve : dnsResolve(options.timeoutMs))

  const signal = AbortSignal.timeout(options.timeoutMs)
  const { promise, resolve: answer } = Promise.withResolvers<Outcome>()
  const outgoing = (isPlain ? requestPlain : requestTls)(url, {
    ...{ method: 'POST', agent: false, signal, lookup: guardedLookup(resolve, isAllowed) },
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    headers: {
      ...headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Rivulet-Webhooks/1',
      connection: 'close',
    },
  })
  // The status is the answer, whatever becomes of the rest.
  let status: number | undefined
  const done = (error: SendError) => answer(status === undefined ? { error } : { status })
  outgoing.on('error', (error) => done(reasonOf(error, signal)))
  outgoing.on('response', (response) => {
    status = response.statusCode
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MOST_ANSWER_BYTES) response.destroy()
    })
    response.on('error', () => {})
    response.on('close', () => done('bad_answer'))
  })
  outgoing.end(body)
  return promise
}

function reasonOf(error: Error, signal: AbortSignal): SendError {
  const { code = '', cause } = error as NodeJS.ErrnoException
  if (signal.aborted) return 'timeout'
  if (error instanceof NotPublic || cause instanceof NotPublic) return 'not_public'
  if (error instanceof Unresolved) return 'unresolved'
  if (code.startsWith('HPE_')) return 'bad_answer'
  if (/TLS|SSL|CERT|SIGNATURE|ISSUER/.test(code)) return 'tls'
  return 'unreachable'
}
