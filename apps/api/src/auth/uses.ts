import type { Pool } from '@rivulet/db'
import type { Viewer } from './sessions.ts'

/** How long a use is gathered with others before it is written. */
const GATHER_MS = 1_000
/** Most rows of a statement: for so long may a revocation or a rotation of one of them wait. */
const MOST_ROWS = 500
/** Most that wait to be written; what does not fit is noted again by the next request of its kind. */
const MOST_NOTED = 10_000

/** When sessions and keys were last used: written behind the requests, to the minute. */
export type Uses = {
  /** Notes that a session or a key is being used. Writes nothing by itself, and never fails. */
  note(viewer: Viewer): void
  /** Writes what is noted; resolves when it is. */
  drain(): Promise<void>
}

/**
 * Gathers uses for a second and writes them 500 a statement, on a connection of the pool: no request waits for it. A row somebody else has locked is left out, so it waits for nobody, and a row that
 * was written within the minute is left as it is, whichever process wrote it. Killed in between, a second's uses are
 * forgotten, and noted again by the next request.
 *
 * @param failed told when the database did not take them
 */
export function createUses(pool: Pool, failed: (error: unknown) => void): Uses {
  const sessions = new Set<string>()
  const keys = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    const due = [
      { touch: TOUCH_SESSIONS, ids: [...sessions] },
      { touch: TOUCH_KEYS, ids: [...keys] },
    ]
    sessions.clear()
    keys.clear()
    try {
      for (const { touch, ids } of due)
        while (ids.length > 0) await pool.query({ ...touch, values: [ids.splice(0, MOST_ROWS)] })
    } catch (error) {
      failed(error)
    }
  }

  function begin(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = write().finally(() => {
      writing = undefined
      if (sessions.size + keys.size > 0) plan()
    })
    return writing
  }

  function plan(): void {
    timer ??= setTimeout(begin, GATHER_MS).unref()
  }

  return {
    note({ sessionId, key }) {
      const [noted, id] = key ? [keys, key.id] : [sessions, sessionId]
      if (id === null || noted.size >= MOST_NOTED) return
      noted.add(id)
      if (!writing) plan()
    },
    async drain() {
      await writing
      await begin()
      clearTimeout(timer)
    },
  }
}

const TOUCH_SESSIONS = {
  name: 'touch-sessions',
  text: `with idle as materialized (
           select id from sessions
           where id = any($1::uuid[]) and coalesce(last_used_at, created_at) < now() - interval '1 minute'
           for no key update skip locked
         )
         update sessions s set last_used_at = now() from idle where s.id = idle.id`,
}

const TOUCH_KEYS = {
  name: 'touch-keys',
  text: `with idle as materialized (
           select id from api_keys
           where id = any($1::uuid[]) and (last_used_at is null or last_used_at < now() - interval '1 minute')
           for no key update skip locked
         )
         update api_keys k set last_used_at = now() from idle where k.id = idle.id`,
}
