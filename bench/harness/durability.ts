import { onConnection } from '@rivulet/stack'

const WANTED = ['fsync', 'synchronous_commit', 'full_page_writes']

/**
 * What the sign-in of the applications finds: `fsync on, …`.
 * @throws Error when one of them is not on: what such a server answers, a power cut may take back
 */
export async function assertDurable(url: string): Promise<string> {
  const found = await onConnection(url, (client) =>
    client.query<{ name: string; setting: string }>(
      'select name, setting from pg_settings where name = any ($1) order by name',
      [WANTED],
    ),
  )
  const off = WANTED.filter((name) => found.rows.find((row) => row.name === name)?.setting !== 'on')
  if (off.length > 0) throw new Error(`not durable: ${off.join(', ')} must be on`)
  return found.rows.map(({ name, setting }) => `${name} ${setting}`).join(', ')
}

/** Lets the server recycle segments of its log that are written already, as one that has run for a while does. */
export async function fillLog(adminUrl: string, segments: number): Promise<void> {
  await onConnection(adminUrl, async (client) => {
    for (let i = 0; i < segments; i++) {
      await client.query(`select pg_logical_emit_message(true, 'bench', ''), pg_switch_wal()`)
    }
    await client.query('checkpoint')
  })
}
