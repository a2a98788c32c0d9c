import { newId, type Pool, type Tx } from '@rivulet/db'
import type { Log } from '../log.ts'

/** What stands still: `booking` everything the chain tells, `settlement` the building and sending of epochs. */
export type HaltScope = 'booking' | 'settlement'

export type Halt = { scope: HaltScope; reason: string; detail: string }

const LOCK = `hashtext('halts')`

/**
 * Raises a halt; one that stands for the same reason is left as it is. Only a person clears it, as the owner of the
 * database: docs/SETTLEMENT.md says how. Waits for those who `keepHaltsOut`; whoever comes after its commit sees it.
 */
export async function raiseHalt(db: Pick<Pool, 'query'> | Tx, halt: Halt): Promise<void> {
  await db.query(
    `with alone as materialized (select pg_advisory_xact_lock(${LOCK}))
     insert into halts (id, scope, reason, detail) select $1, $2, $3, $4 from alone
     on conflict (scope, reason) where cleared_at is null do nothing`,
    [newId(), halt.scope, halt.reason, halt.detail],
  )
}

/** From here to the end of the transaction no halt is raised. To be taken before any other lock. */
export async function keepHaltsOut(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock_shared(${LOCK})`)
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
