import type { Pool } from '@rivulet/db'
import { raiseHalt } from '../rooms/halts.ts'
import type { EpochRow } from './store.ts'

export type Verdict = { ok: boolean; detail: string }

/** What the checker found of this build of the epoch; undefined while it has not said. */
export async function verdictOf(
  pool: Pool,
  { number, attempt }: Pick<EpochRow, 'number' | 'attempt'>,
): Promise<Verdict | undefined> {
  const { rows } = await pool.query<Verdict>(
    'select ok, detail from epoch_checks where number = $1 and attempt = $2',
    [number, attempt],
  )
  return rows[0]
}

/** built → checked, when the checker said yes to this build. */
export async function markChecked(
  pool: Pool,
  { number, attempt }: Pick<EpochRow, 'number' | 'attempt'>,
): Promise<void> {
  await pool.query(
    `update epochs e set status = 'checked' where number = $1 and attempt = $2 and status = 'built'
     and exists (select from epoch_checks c where c.number = $1 and c.attempt = $2 and c.ok)`,
    [number, attempt],
  )
}

/**
 * Halts settlement over a build that the checker refused, once.
 * @returns whether somebody has cleared that halt: then it has been looked at
 */
export async function raiseRefusal(
  pool: Pool,
  { number, attempt }: Pick<EpochRow, 'number' | 'attempt'>,
  detail: string,
): Promise<boolean> {
  const which = `epoch ${number}, attempt ${attempt}: `
  const halt = { scope: 'settlement', reason: 'checker refused', detail: which + detail } as const
  const seen = await pool.query(
    `select from halts where scope = $1 and reason = $2 and cleared_at is not null and starts_with(detail, $3)`,
    [halt.scope, halt.reason, which],
  )
  if (seen.rows.length > 0) return true
  await raiseHalt(pool, halt)
  return false
}
