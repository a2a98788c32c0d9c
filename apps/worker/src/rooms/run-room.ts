import type { Pool } from '@rivulet/db'
import { errorText, type Log } from '../log.ts'
import type { Room } from './room.ts'

const LOCK_SPACE = 0x7269_7675 // 'rivu'
const REPEAT_AFTER_MS = 60_000

type Said = { ok: boolean; detail: string; at: number }

/**
 * Runs rooms: one turn at a time each, also among several workers, for as long as they reach the same database. That
 * saves double work and nothing else: every room is safe without it.
 */
export class RoomRunner {
  readonly #pool: Pool
  readonly #log: Log
  readonly #running = new Map<string, Promise<void>>()
  readonly #said = new Map<string, Said>()
  readonly #ended = new Map<string, number>()
  readonly #onError: (error: unknown) => void
  #closing = false

  /** @param onError told of what made a turn fail, after it is logged and noted */
  constructor(pool: Pool, log: Log, onError: (error: unknown) => void = () => {}) {
    this.#pool = pool
    this.#log = log
    this.#onError = onError
  }

  /** Takes a turn in the room; joins the one that runs already. Never throws: what went wrong is logged and noted. */
  run(room: Room): Promise<void> {
    const running = this.#running.get(room.name)
    if (running || this.#closing) return running ?? Promise.resolve()
    const turn = this.#turn(room).finally(() => {
      this.#running.delete(room.name)
      this.#ended.set(room.name, Date.now())
    })
    this.#running.set(room.name, turn)
    return turn
  }

  /** When the room's last turn ended, in milliseconds since the epoch; 0 before the first. */
  lastEnd(room: Room): number {
    return this.#ended.get(room.name) ?? 0
  }

  /** Starts no more turns, and waits for those that run. */
  async drain(): Promise<void> {
    this.#closing = true
    await Promise.all(this.#running.values())
  }

  async #turn(room: Room): Promise<void> {
    const log = this.#log.child({ room: room.name })
    try {
      const detail = await this.#alone(room.name, () => room.run(log))
      if (detail !== undefined) await this.#say(room.name, true, detail)
    } catch (error) {
      const detail = errorText(error)
      // Said once and then once a minute: a chain that is away for an hour is one fact and not 3,600.
      if (this.#isNews(room.name, false, detail)) log.error({ err: error }, 'a turn failed')
      await this.#say(room.name, false, detail).catch(() => {})
      this.#onError(error)
    }
  }

  async #alone<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    const client = await this.#pool.connect()
    let broken = false
    // The connection is only the lock's; when it breaks the lock is gone, and the turn goes on without.
    const onError = () => {
      broken = true
    }
    client.on('error', onError)
    try {
      const locked = await client.query<{ got: boolean }>(
        'select pg_try_advisory_lock($1, hashtext($2)) as got',
        [LOCK_SPACE, name],
      )
      if (!locked.rows[0]?.got) return undefined
      try {
        return await work()
      } finally {
        await client.query('select pg_advisory_unlock($1, hashtext($2))', [LOCK_SPACE, name]).catch(onError)
      }
    } finally {
      client.off('error', onError)
      client.release(broken)
    }
  }

  #isNews(name: string, ok: boolean, detail: string): boolean {
    const last = this.#said.get(name)
    return !last || last.ok !== ok || last.detail !== detail || Date.now() - last.at > REPEAT_AFTER_MS
  }

  async #say(name: string, ok: boolean, detail: string): Promise<void> {
    if (!this.#isNews(name, ok, detail)) return
    this.#said.set(name, { ok, detail, at: Date.now() })
    await this.#pool.query(
      `insert into worker_rooms (name, ok, detail, at) values ($1, $2, $3, now())
       on conflict (name) do update set ok = excluded.ok, detail = excluded.detail, at = excluded.at`,
      [name, ok, detail],
    )
  }
}
