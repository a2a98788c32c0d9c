import { PassThrough } from 'node:stream'
import type { Pool } from '@rivulet/db'
import { nameOf } from './credentials.ts'
import { eventsOf, HELLO, heartbeat } from './events.ts'
import { look, type Reader } from './look.ts'
import type { StreamMetrics } from './metrics.ts'

/** Most streams of a member in one process. */
export const STREAMS_MAX = 5

const TICK_MS = 250
const HEARTBEAT_MS = 15_000
/** Bytes that may wait for a reader from one look to the next. */
const BUFFER_MAX = 1024 * 1024

type Open = Reader & {
  out: PassThrough
  /** Bytes that are on their way behind `out`. */
  waiting: () => number
  saidAt: number
  begun: PromiseWithResolvers<void>
}

const pendingOf = ({ out, waiting }: Open): number => out.readableLength + out.writableLength + waiting()

export type OpenResult =
  | { ok: true; out: PassThrough }
  | { ok: false; code: 'too_many_streams' | 'not_ready' }

export type Hub = {
  /**
   * Opens a stream: it tells of all that is committed after this has answered.
   *
   * @param waiting bytes that were taken from it, and that its reader has not taken yet
   * @throws when the database does not answer
   */
  open(reader: Reader, waiting?: () => number): Promise<OpenResult>
  /** Ends all streams, and opens no more. */
  close(): Promise<void>
}

export type HubOptions = {
  pool: Pool
  metrics: StreamMetrics
  /** Told of a look that failed, once until one succeeds. */
  failed?: (error: unknown) => void
  heartbeatMs?: number
  bufferMax?: number
}

/**
 * The streams of one process. Four times a second it asks the database, once for all of them, what is new; without
 * streams it asks nothing. Processes know nothing of each other: what they share is the database. A look that fails is
 * made again, from where the last one that succeeded had come to.
 */
export function createHub({
  pool,
  metrics,
  failed = () => {},
  heartbeatMs = HEARTBEAT_MS,
  bufferMax = BUFFER_MAX,
}: HubOptions): Hub {
  const streams = new Set<Open>()
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | undefined
  let isFailing = false

  function remove(stream: Open): void {
    if (!streams.delete(stream)) return
    metrics.open.set(streams.size)
    if (streams.size === 0) clearTimeout(timer)
  }

  function cutWhoDoNotRead(): void {
    for (const stream of streams) {
      if (stream.out.destroyed || pendingOf(stream) <= bufferMax) continue
      metrics.cut.inc()
      stream.out.destroy()
    }
  }

  async function tell(): Promise<void> {
    cutWhoDoNotRead()
    const readers = [...streams].filter(({ out }) => !out.destroyed)
    if (readers.length === 0) return
    try {
      const { good, found, ...now } = await look(pool, readers)
      for (const stream of readers) {
        if (good.has(nameOf(stream.credential))) say(stream, eventsOf(stream, found.get(stream)!, now))
        else end(stream)
        stream.begun.resolve()
      }
      isFailing = false
    } catch (error) {
      if (!isFailing) failed(error)
      isFailing = true
      for (const { begun, position } of readers) if (!position) begun.reject(error)
    }
    const due = Date.now() - heartbeatMs
    for (const stream of streams) if (stream.saidAt <= due) write(stream, heartbeat(stream.position))
  }

  function say(stream: Open, { events, position }: ReturnType<typeof eventsOf>): void {
    stream.position = position
    if (events.length === 0) return
    metrics.sent.inc(events.length)
    write(stream, events.join(''))
  }

  /** What waits to be read would keep it open: who goes on elsewhere is told it again. */
  function end(stream: Open): void {
    if (pendingOf(stream) > 0) stream.out.destroy()
    else stream.out.end()
  }

  function write(stream: Open, text: string): void {
    if (!stream.out.writable) return
    stream.saidAt = Date.now()
    stream.out.write(text)
  }

  function tick(): void {
    clearTimeout(timer)
    if (looking) return
    looking = tell().finally(() => {
      looking = undefined
      if (streams.size > 0) timer = setTimeout(tick, isWaitedFor() ? 0 : TICK_MS).unref()
    })
  }

  const isWaitedFor = () => [...streams].some(({ saidAt }) => saidAt === 0)

  return {
    async open(reader, waiting = () => 0) {
      if (closed) return { ok: false, code: 'not_ready' }
      const own = [...streams].filter(({ memberId }) => memberId === reader.memberId)
      if (own.length >= STREAMS_MAX) return { ok: false, code: 'too_many_streams' }
      const out = new PassThrough()
      const stream: Open = { ...reader, out, waiting, saidAt: 0, begun: Promise.withResolvers() }
      out.once('close', () => {
        remove(stream)
        stream.begun.resolve()
      })
      out.on('error', () => {})
      out.write(HELLO)
      streams.add(stream)
      metrics.open.set(streams.size)
      tick()
      try {
        await stream.begun.promise
      } catch (error) {
        out.destroy()
        throw error
      }
      return { ok: true, out }
    },
    async close() {
      closed = true
      clearTimeout(timer)
      for (const stream of streams) end(stream)
      await looking
    },
  }
}
