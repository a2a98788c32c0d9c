import type { Pool, Tx } from '@rivulet/db'
import type { WrittenRules } from './rules.ts'

/** Rules, from when on they are or were in force, and by which number receipts name them. */
export type RuleVersion = { version: number; since: Date; rules: WrittenRules }

const COLUMNS = 'select version, since, rules from rule_versions'

/** The rules in force; undefined before anything has started on this database. */
export async function newestVersion(db: Pool | Tx): Promise<RuleVersion | undefined> {
  return (await db.query<RuleVersion>(`${COLUMNS} order by version desc limit 1`)).rows[0]
}

/** The rules of a version; undefined when there is none of that number. */
export async function ruleVersion(db: Pool | Tx, version: number): Promise<RuleVersion | undefined> {
  return (await db.query<RuleVersion>(`${COLUMNS} where version = $1`, [version])).rows[0]
}

/** Versions, newest first. @param before only older ones than this */
export async function ruleVersions(
  db: Pool | Tx,
  { before, take }: { before?: number | undefined; take: number },
): Promise<RuleVersion[]> {
  const { rows } = await db.query<RuleVersion>(
    `${COLUMNS} where version < coalesce($1, 2147483647) order by version desc limit $2`,
    [before ?? null, take],
  )
  return rows
}
