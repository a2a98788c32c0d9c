import { createClient, type StreamEvent } from '@rivulet/sdk'
import { expect } from 'vitest'

export type Reading = {
  /** All that was read, except that it has begun. */
  events: StreamEvent[]
  /** Waits until it has begun: what is committed from here on is told. */
  begun: Promise<void>
  /** Settles when it was refused, or when it is stopped. */
  over: Promise<unknown>
  stop(): void
}

/** Somebody reads a stream by the SDK until stopped. */
export function reads(
  url: string,
  token: string,
  topics: string[],
  options: { lastEventId?: string | undefined } = {},
): Reading {
  const abort = new AbortController()
  const { promise: begun, resolve } = Promise.withResolvers<void>()
  const events: StreamEvent[] = []
  const { lastEventId } = options
  async function read(): Promise<void> {
    const stream = createClient({ url, token }).stream(topics, {
      signal: abort.signal,
      ...(lastEventId === undefined ? {} : { lastEventId }),
    })
    for await (const event of stream) {
      resolve()
      if (event.event !== 'ready') events.push(event)
    }
  }
  const over = read().catch((error: unknown) => error)
  return { events, begun, over, stop: () => abort.abort() }
}

/** Waits until a reader has read so many events. */
export const have = (reading: Reading, count: number) =>
  expect.poll(() => reading.events.length, { timeout: 30_000, interval: 20 }).toBeGreaterThanOrEqual(count)
