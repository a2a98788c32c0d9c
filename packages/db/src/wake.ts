import pg from 'pg'
import type { Tx } from './transaction.ts'

const CHANNEL = 'rivulet_wake'

/** Rings a bell when the transaction commits. Only a bell: whoever misses it finds the row by looking. */
export async function notify(tx: Tx, topic: string): Promise<void> {
  await tx.query('select pg_notify($1, $2)', [CHANNEL, topic])
}

/**
 * Calls `onTopic` for every bell rung from now on, on a connection of its own that is opened anew when it breaks.
 * Bells rung while it is broken are lost.
 */
export function listen(url: string, onTopic: (topic: string) => void): { close(): Promise<void> } {
  let closed = false
  let client: pg.Client | undefined
  let retry: NodeJS.Timeout | undefined

  async function connect() {
    const next = new pg.Client({ connectionString: url })
    client = next
    next.on('error', () => {})
    next.on('end', again)
    next.on('notification', (message) => onTopic(message.payload ?? ''))
    try {
      await next.connect()
      await next.query(`listen ${CHANNEL}`)
    } catch {
      next.end().catch(() => {})
    }
  }
  function again() {
    if (!closed) retry = setTimeout(connect, 500)
  }
  void connect()

  return {
    async close() {
      closed = true
      clearTimeout(retry)
      await client?.end().catch(() => {})
    },
  }
}
