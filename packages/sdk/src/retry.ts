export type Fetch = (request: Request) => Promise<Response>

export type RetryOptions = {
  /** Tries beyond the first. */
  retries?: number
  /** Milliseconds before the first retry; doubled for each after it, and drawn between half of that and all. */
  waitMs?: number
  /** The longest wait in milliseconds: what asks for more, by `Retry-After`, is answered as it came. */
  longestWaitMs?: number
}

const TRY_AGAIN = new Set([429, 502, 503, 504])

/**
 * A fetch that asks again where nothing was answered, or 429, 502, 503 or 504, and where asking twice does no harm: GET,
 * PUT and DELETE, and a POST with an `Idempotency-Key`. `Retry-After` in seconds (RFC 9110, 10.2.3) is waited for.
 *
 * @throws what the last try threw; an aborted request at once
 */
export function retrying(
  fetch: Fetch,
  { retries = 3, waitMs = 200, longestWaitMs = 10_000 }: RetryOptions = {},
): Fetch {
  return async (request) => {
    const isHarmless = request.method !== 'POST' || request.headers.has('idempotency-key')
    for (let left = isHarmless ? retries : 0, wait = waitMs; ; left--, wait *= 2) {
      // Kept until it is answered, with a signal of its own: undici, and so Node, aborts nothing that only it refers to.
      const copy = new Request(request.clone(), { signal: request.signal })
      const answer = await fetch(copy).catch((error: unknown) => {
        if (left === 0 || copy.signal.aborted) throw error
        return undefined
      })
      if (answer && (left === 0 || !TRY_AGAIN.has(answer.status))) return answer
      const asked = Number(answer?.headers.get('retry-after') ?? 0) * 1000
      if (answer && !(asked <= longestWaitMs)) return answer
      await answer?.body?.cancel()
      await pause(Math.max(asked, Math.min(wait, longestWaitMs) * (0.5 + Math.random() / 2)), request.signal)
    }
  }
}

/** @throws the reason of the signal, when it is aborted meanwhile */
export function pause(ms: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end)
      resolve()
    }, ms)
    if (signal?.aborted) end()
    else signal?.addEventListener('abort', end, { once: true })
  })
}
