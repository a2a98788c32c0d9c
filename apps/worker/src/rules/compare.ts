import type { Pool } from '@rivulet/db'
import { outdatedRules, type Rules } from '@rivulet/economy'
import type { Log } from '../log.ts'

/** Says aloud, every minute, when somebody who started later runs by other rules than this worker. */
export async function compareRules({ pool, rules }: { pool: Pool; rules: Rules }, log: Log): Promise<string> {
  const outdated = await outdatedRules(pool, rules)
  if (outdated === undefined) return `rules version ${rules.version}, which is in force`
  log.warn({ version: rules.version }, `this worker ${outdated}`)
  return outdated
}
