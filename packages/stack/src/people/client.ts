import { randomUUID } from 'node:crypto'

/** An answer as it came. `body` is parsed when it is JSON, the text when it is not, null when there is none. */
export interface Answer<Body = unknown> {
  status: number
  body: Body
  headers: Headers
}

export interface Call {
  url: string
  method: string
  path: string
  body?: unknown
  /** Over those that are set anyway; null leaves one out. */
  headers?: Record<string, string | null>
  token?: string | null
}

// The POSTs that move money, and so want a key by which a repetition is known.
const NEEDS_KEY = /^\/v1\/(tips|wallet\/(pledge|withdrawals)|campaigns|subscriptions|unlocks)$/

/** Calls an API. Strings and bytes are sent as they stand, everything else as JSON. */
export async function call<Body>({
  url,
  method,
  path,
  body,
  headers = {},
  token,
}: Call): Promise<Answer<Body>> {
  const sent = new Headers()
  if (body !== undefined) sent.set('content-type', 'application/json')
  if (token) sent.set('authorization', `Bearer ${token}`)
  if (method === 'POST' && NEEDS_KEY.test(path)) sent.set('idempotency-key', randomUUID())
  for (const [name, value] of Object.entries(headers)) {
    if (value === null) sent.delete(name)
    else sent.set(name, value)
  }
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const response = await fetch(`${url}${path}`, {
    method,
    headers: sent,
    ...(body === undefined
      ? {}
      : { body: (isRaw ? body : JSON.stringify(body)) as NonNullable<RequestInit['body']> }),
  })
  const text = await response.text()
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? null : isJson ? JSON.parse(text) : text) as Body,
  }
}

/** An answer that was not the one asked for. */
export class Unexpected extends Error {
  override name = 'Unexpected'
  answer: Answer

  constructor({ method, path }: Pick<Call, 'method' | 'path'>, answer: Answer) {
    super(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    this.answer = answer
  }
}

/** The body of an answer that is a success; everything else throws `Unexpected`. */
export async function ask<Body>(what: Call): Promise<Body> {
  const answer = await call<Body>(what)
  if (answer.status < 200 || answer.status > 299) throw new Unexpected(what, answer)
  return answer.body
}
