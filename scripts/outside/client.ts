import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

/** An answer that was not a success, in the words of its problem details. */
export class Refused extends Error {
  readonly status: number
  readonly code: string | undefined

  constructor(request: string, status: number, problem: { code?: string; detail?: string }) {
    super(`${request} was answered ${status} ${problem.code ?? ''}: ${problem.detail ?? 'no detail'}`)
    this.status = status
    this.code = problem.code
  }
}

export type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>

/** What the calls of a client have come to. */
export type Traffic = { requests: number; waits: number }

/** Calls whose repetition would move money twice, and which therefore carry an Idempotency-Key. */
const MONEY =
  /^\/v1\/(tips|campaigns(\/[^/]+\/close)?|subscriptions|posts\/[^/]+\/unlock|wallet\/(pledge|withdrawals|grants))$/

/**
 * Calls an API as anybody outside can, with `fetch` and a bearer token. A call that came too fast is repeated when the
 * answer says it may be: it took no effect.
 *
 * @throws Refused for every other answer that is not a success
 */
export function callerOf(url: string, token?: string, traffic: Traffic = { requests: 0, waits: 0 }): Call {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const headers: Record<string, string> = {}
    if (token) headers.authorization = `Bearer ${token}`
    if (body !== undefined) headers['content-type'] = 'application/json'
    if (method === 'POST' && MONEY.test(path)) headers['idempotency-key'] = randomUUID()
    const request = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    for (;;) {
      traffic.requests++
      const response = await fetch(url + path, request)
      const text = await response.text()
      if (response.ok) return (text === '' ? undefined : JSON.parse(text)) as T
      const again = response.status === 429 || response.status === 503
      const seconds = Number(
        response.headers.get('retry-after') ?? (response.status === 429 ? 1 : Number.NaN),
      )
      if (!again || Number.isNaN(seconds))
        throw new Refused(`${method} ${path}`, response.status, problemIn(text))
      traffic.waits++
      await sleep(Math.max(50, seconds * 1000))
    }
  }
}

function problemIn(text: string): { code?: string; detail?: string } {
  try {
    return JSON.parse(text)
  } catch {
    return { detail: text.slice(0, 200) }
  }
}
