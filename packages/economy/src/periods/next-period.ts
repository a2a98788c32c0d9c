import type { Pool, Tx } from '@rivulet/db'
import type { Rules } from '../rules.ts'
import { nextToClose } from './rules.ts'
import { readCalendar } from './store.ts'

/** The period to close next, oldest first; undefined when all that are over are closed. */
export async function nextPeriod(db: Pool | Tx, rules: Rules): Promise<bigint | undefined> {
  return nextToClose(await readCalendar(db, rules.periodSeconds))
}
