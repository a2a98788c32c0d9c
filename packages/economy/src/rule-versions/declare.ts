import { type Pool, withTransaction } from '@rivulet/db'
import type { Rules } from '../rules.ts'
import { canonical, writtenRules } from './rules.ts'
import { newestVersion } from './store.ts'

/**
 * Puts the configured rules in force, and gives them their number: the newest version's if that says the same, else the
 * next. `rules.version` is that number from then on. What was credited before keeps the number it was credited by.
 *
 * Processes that start at the same time wait for each other, so that a change makes one version.
 */
export async function declareRules(
  pool: Pool,
  rules: Rules,
): Promise<{ version: number; since: Date; isNew: boolean }> {
  const written = writtenRules(rules)
  const declared = await withTransaction(pool, async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('rule versions', 0))`)
    const newest = await newestVersion(tx)
    if (newest && canonical(newest.rules) === canonical(written)) return { ...newest, isNew: false }
    const version = (newest?.version ?? 0) + 1
    const { rows } = await tx.query<{ since: Date }>(
      'insert into rule_versions (version, rules) values ($1, $2) returning since',
      [version, written],
    )
    return { version, since: rows[0]!.since, isNew: true }
  })
  rules.version = declared.version
  const { version, since, isNew } = declared
  return { version, since, isNew }
}

/** What a process that runs by other rules than those in force says of itself; undefined when all is well. */
export async function outdatedRules(pool: Pool, rules: Rules): Promise<string | undefined> {
  const newest = await newestVersion(pool)
  if (!newest || newest.version === rules.version) return undefined
  return `runs by rules version ${rules.version}, and ${newest.version} is in force: start it with the same rules`
}
