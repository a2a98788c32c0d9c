import { newId, type Pool, type Tx } from '@rivulet/db'
import type { Log } from '../log.ts'

/** What stands still: `booking` everything the chain tells, `settlement` the building and sending of epochs. */
export type HaltScope = 'booking' | 'settlement'

export type Halt = { scope: HaltScope; reason: string; detail: string }

/**
 * Raises a halt; one that stands for the same reason is left as it is. Only a person clears it, as the owner of the
 * database: docs/SETTLEMENT.md says how.
 */
export async function raiseHalt(db: Pick<Pool, 'query'> | Tx, halt: Halt): Promise<void> {
  await db.query(
    `insert into halts (id, scope, reason, detail) values ($1, $2, $3, $4)
     on conflict (scope, reason) where cleared_at is null do nothing`,
    [newId(), halt.scope, halt.reason, halt.detail],
  )
}

/** The halts that stand in any of these scopes. Settlement stands still when booking does. */
export async function standingHalts(db: Pick<Pool, 'query'> | Tx, scopes: HaltScope[]): Promise<Halt[]> {
  const { rows } = await db.query<Halt>(
    'select scope, reason, detail from halts where cleared_at is null and scope = any($1::text[]) order by created_at',
    [scopes],
  )
  return rows
}

const REPEAT_AFTER_MS = 60_000
const saidAt = new Map<string, number>()

/** Says aloud that something stands still: at once, and then every minute. */
export function logHalts(log: Log, halts: readonly Halt[]): void {
  for (const { scope, reason, detail } of halts) {
    const key = `${scope}/${reason}`
    if (Date.now() - (saidAt.get(key) ?? 0) < REPEAT_AFTER_MS) continue
    saidAt.set(key, Date.now())
    log.error({ halt: reason, detail }, `${scope} is halted`)
  }
}
