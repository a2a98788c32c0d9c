import type { Pool, Tx } from '@rivulet/db'

/**
 * Whether the vault has frozen: everybody leaves by it with their last proven balance, and nothing else leaves. The
 * worker raises the halt when it has seen that at a final block.
 */
export async function isFrozen(db: Pool | Tx): Promise<boolean> {
  const { rows } = await db.query(
    `select from halts where scope = 'settlement' and reason = 'frozen' and cleared_at is null limit 1`,
  )
  return rows.length > 0
}
