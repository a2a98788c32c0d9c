import {
  assertSchemaCompatibility,
  createPostgresBackend,
  DEFAULT_SCHEMA,
  type JobsOptions,
  type PgPool,
  Queue,
  Worker,
} from 'bullmq'
import { Redis } from 'ioredis'
import pg from 'pg'
import { errorText, type Log } from './log.ts'
import type { Room } from './rooms/room.ts'
import type { RoomRunner } from './rooms/run-room.ts'

/*
 * Every queue there is. Each room has one, of its name, with two kinds of jobs, both empty:
 *
 *   tick   by a scheduler, every `everyMs`: the sweeper, which finds what no bell told of
 *   wake   when a bell rings in the database
 *
 * A job carries no truth. It may be lost, doubled or late: the rows say what there is to do.
 */

const KEEP_EVERY_MS = 2_000
const LOOK_EVERY_MS = 500
// A killed worker's job is forgotten after this long; what it was to wake is woken by the next one anyway.
const WORK = { concurrency: 1, lockDuration: 10_000, stalledInterval: 10_000 }
const GOODBYE_MS = 2_000
const GONE: JobsOptions = { removeOnComplete: true, removeOnFail: true }

export type Queues = {
  /** Wakes the rooms that listen for a topic. */
  ring(topic: string): void
  close(): Promise<void>
}

/** Where queues live; the one place that decides. */
type Backend = {
  queue(name: string): Queue
  worker(name: string, turn: () => Promise<void>): Worker
  close(): Promise<void>
}

/** Opens the rooms' queues, on Redis when there is one, else in the database, and keeps them going. */
export async function openQueues(
  config: { REDIS_URL?: string | undefined; DATABASE_URL: string },
  rooms: readonly Room[],
  runner: RoomRunner,
  log: Log,
): Promise<Queues> {
  const say = seldom(log)
  const backend = config.REDIS_URL
    ? onRedis(config.REDIS_URL, say)
    : await onPostgres(config.DATABASE_URL, rooms.length, say)
  const open = rooms.map((room) => ({
    room,
    queue: backend.queue(room.name).on('error', say),
    worker: backend.worker(room.name, () => runner.run(room)).on('error', say),
  }))
  const started = Date.now()
  const isForgotten = (room: Room) =>
    Date.now() - Math.max(started, runner.lastEnd(room)) > Math.max(3 * room.everyMs, 1_000)
  // The work does not wait for a queue that is away or has forgotten it.
  const look = () => {
    for (const { room } of open) if (isForgotten(room)) void runner.run(room)
  }
  const keep = () => {
    for (const { room, queue } of open) keepScheduler(queue, room).catch(say)
  }
  for (const { room, queue } of open) schedule(queue, room).catch(say)
  const timers = [setInterval(look, LOOK_EVERY_MS), setInterval(keep, KEEP_EVERY_MS)]

  return {
    ring(topic) {
      for (const { room, queue } of open)
        if (room.bells?.includes(topic)) queue.add('wake', {}, { ...GONE, jobId: 'wake' }).catch(say)
    },
    async close() {
      for (const timer of timers) clearInterval(timer)
      // The turns are over; what is left are empty jobs. Redis, freshly back, can keep a polite goodbye waiting for longer
      // than the whole stop may take.
      await inTime(Promise.allSettled(open.map(({ worker }) => worker.close(true))))
      await inTime(Promise.allSettled(open.map(({ queue }) => queue.close())))
      await inTime(backend.close())
    },
  }
}

/** Waits for the end of something nobody depends on, and no longer than that. */
async function inTime(end: Promise<unknown>): Promise<void> {
  await Promise.race([end.catch(() => {}), new Promise((resolve) => setTimeout(resolve, GOODBYE_MS).unref())])
}

async function schedule(queue: Queue, room: Room): Promise<void> {
  await queue.upsertJobScheduler('tick', { every: room.everyMs }, { name: 'tick', opts: GONE })
}

/** Makes the scheduler again when it is gone, as after a loss of all of Redis. */
async function keepScheduler(queue: Queue, room: Room): Promise<void> {
  if (!(await queue.getJobScheduler('tick'))) await schedule(queue, room)
}

function onRedis(url: string, say: (error: unknown) => void): Backend {
  const connection = new Redis(url, { maxRetriesPerRequest: null })
  connection.on('error', say)
  const options = { connection, prefix: 'rivulet' }
  return {
    queue: (name) => new Queue(name, options),
    worker: (name, turn) => new Worker(name, turn, { ...options, ...WORK }),
    async close() {
      connection.disconnect()
    },
  }
}

async function onPostgres(url: string, rooms: number, say: (error: unknown) => void): Promise<Backend> {
  // Each room's worker keeps one connection to listen on; the rest is for all of them.
  const pool = new pg.Pool({
    connectionString: url,
    max: rooms + 4,
    connectionTimeoutMillis: 10_000,
    options: `-c search_path=${DEFAULT_SCHEMA}`,
  })
  // Every queue and worker puts a listener on it.
  pool.setMaxListeners(0).on('error', say)
  // One that breaks while it is being handed out is heard by nobody else.
  pool.on('connect', (client) => client.on('error', () => {}))
  await untilReady(pool, say)
  // The same pool, by the library's own description of one.
  const options = { connection: pool as unknown as PgPool }
  return {
    queue: (name) => new Queue(name, options, createPostgresBackend) as unknown as Queue,
    worker: (name, turn) =>
      new Worker(name, turn, { ...options, ...WORK }, createPostgresBackend) as unknown as Worker,
    close: () => pool.end(),
  }
}

/** A backend that finds no database at its first look does not look again, so the first look comes here. */
async function untilReady(pool: pg.Pool, say: (error: unknown) => void): Promise<void> {
  for (;;) {
    try {
      await assertSchemaCompatibility(pool)
      return
    } catch (error) {
      say(error)
      await new Promise((resolve) => setTimeout(resolve, 1_000))
    }
  }
}

/** Logs an error once, and again after a minute if it keeps coming. */
function seldom(log: Log): (error: unknown) => void {
  const said = new Map<string, number>()
  return (error) => {
    const text = errorText(error)
    if (Date.now() - (said.get(text) ?? 0) < 60_000) return
    said.set(text, Date.now())
    log.warn({ because: text }, 'the queue has trouble')
  }
}
