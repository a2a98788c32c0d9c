import type { Tx } from '@rivulet/db'
import type { Amount } from '@rivulet/ledger'
import { literal } from '../sql.ts'

export type Totals = { day: string; today: bigint; ever: bigint }

/**
 * Locks what was granted today (UTC) and ever, in that order in every transaction: whoever grants next waits here, and
 * then sees what this one did. The row of all days is that of day -infinity.
 */
export async function lockTotals(tx: Tx): Promise<Totals> {
  await tx.query(
    `insert into grant_totals (day, amount) values ('-infinity', 0), ((now() at time zone 'utc')::date, 0)
     on conflict do nothing`,
  )
  // The lock comes first and the reading after it, in a statement that sees what was committed meanwhile.
  const { rows } = await tx.query<{ day: string; amount: bigint; isToday: boolean }>(
    `select day::text, amount, day > '-infinity' as "isToday" from grant_totals
     where day in ('-infinity', (now() at time zone 'utc')::date) order by day for update`,
  )
  const today = rows.find((row) => row.isToday)
  const ever = rows.find((row) => !row.isToday)
  if (!today || !ever) throw new Error('the totals of grants are not there')
  return { day: today.day, today: today.amount, ever: ever.amount }
}

/** What each of these members was granted on a day, in nano; those who were granted nothing are missing. */
export async function grantedOn(
  tx: Tx,
  day: string,
  memberIds: readonly string[],
): Promise<Map<string, bigint>> {
  const { rows } = await tx.query<{ member: string; amount: bigint }>(
    `select member_id as member, sum(amount)::bigint as amount from grants
     where member_id = any($1::uuid[]) and day = $2::date group by member_id`,
    [literal([...new Set(memberIds)]), day],
  )
  return new Map(rows.map(({ member, amount }) => [member, amount]))
}

/** Keeps grants, and adds them to the totals that are locked. */
export async function insertGrants(
  tx: Tx,
  { day, ruleVersion }: { day: string; ruleVersion: number },
  grants: { id: string; memberId: string; amount: Amount }[],
): Promise<Date> {
  const { rows } = await tx.query<{ now: Date }>(
    `with made as (
       insert into grants (id, member_id, amount, day, rule_version, created_at)
       select g.id, g.member, g.amount, $4::date, $5, now()
       from unnest($1::uuid[], $2::uuid[], $3::bigint[]) as g (id, member, amount)
     ), added as (
       update grant_totals set amount = amount + $6 where day in ('-infinity', $4::date)
     )
     select now()::timestamptz(3) as now`,
    [
      literal(grants.map((grant) => grant.id)),
      literal(grants.map((grant) => grant.memberId)),
      literal(grants.map((grant) => grant.amount)),
      day,
      ruleVersion,
      grants.reduce((sum, { amount }) => sum + amount, 0n),
    ],
  )
  return rows[0]!.now
}
