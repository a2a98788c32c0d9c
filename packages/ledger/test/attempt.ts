import type pg from 'pg'
import type { Story } from './story.ts'

/** Puts the ids of a story's alice and bob into a statement. */
export function withIds(story: Story, sql: string): string {
  const id = (name: string) => `(select id from ledger.account where ref = '${story.ref(name)}')`
  return sql.replaceAll(':alice', id('alice')).replaceAll(':bob', id('bob'))
}

/** The SQLSTATE some statements end with, in one transaction; what they did is rolled back. */
export async function attempt(pool: pg.Pool, story: Story, ...statements: string[]): Promise<string> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    for (const sql of statements) await client.query(withIds(story, sql))
    return 'done'
  } catch (error) {
    return (error as { code: string }).code
  } finally {
    await client.query('rollback')
    client.release()
  }
}
