import { createParser } from 'eventsource-parser'
import { type Problem, ProblemError } from './problem.ts'
import { type Fetch, pause } from './retry.ts'

/** Something that happened. `id` is where to go on after it. */
export type StreamEvent = { id: string | undefined; event: string; data: unknown }

export type StreamOptions = {
  /** Only what came after the event with this id. */
  lastEventId?: string
  signal?: AbortSignal
}

/** Between two connections, in milliseconds, until the API says another. */
const RECONNECT_MS = 3_000
const LONGEST_MS = 60_000

/**
 * Server-sent events, for as long as they are read: a connection that ends is made again, and goes on behind the last
 * event that was read. Source: HTML, "Server-sent events".
 *
 * @param open asks for the stream, with `Last-Event-ID` where one is given
 * @throws ProblemError when the API refuses the stream; the reason of the signal when it is aborted
 */
export async function* streamed(
  open: Fetch,
  url: string,
  { lastEventId, signal }: StreamOptions = {},
): AsyncGenerator<StreamEvent, void> {
  let last = lastEventId
  let wait = RECONNECT_MS
  for (let failures = 0; ; ) {
    const headers = { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': last }) }
    const request = new Request(url, { headers, signal: signal ?? null })
    const answer = await open(request).catch((error: unknown) => {
      if (request.signal.aborted) throw error
      return undefined
    })
    if (answer && isFinal(answer)) throw new ProblemError((await answer.json()) as Problem, answer)
    if (answer?.ok && answer.body) {
      for await (const event of eventsOf(answer.body, signal, (ms) => (wait = ms))) {
        failures = 0
        last = event.id ?? last
        yield event
      }
    }
    signal?.throwIfAborted()
    await pause(Math.min(wait * 2 ** failures++, LONGEST_MS) * (0.5 + Math.random() / 2), signal)
  }
}

/** A refusal that waiting does not change. */
function isFinal({ status }: Response): boolean {
  return status >= 400 && status < 500 && status !== 429
}

/**
 * A fetch ends an answer by the signal of its request for only as long as something refers to that request: undici, and
 * so Node, follow it by a weak reference. What reads it follows the signal itself.
 */
async function* eventsOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  signal: AbortSignal | undefined,
  onRetry: (ms: number) => void,
): AsyncGenerator<StreamEvent, void> {
  const events: StreamEvent[] = []
  const parser = createParser({
    onEvent: ({ id, event = 'message', data }) => events.push({ id, event, data: JSON.parse(data) }),
    onRetry,
  })
  const reader = body.pipeThrough(new TextDecoderStream(), signal && { signal }).getReader()
  try {
    for (;;) {
      // A connection that breaks is one that ended: what was not read comes again.
      const { value, done } = await reader.read().catch(() => ({ value: undefined, done: true }))
      if (done) return
      parser.feed(value ?? '')
      yield* events.splice(0)
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
