import type { Pool } from '@rivulet/db'
import { CLEARING_PREFIXES, RESERVE } from '@rivulet/economy'
import { audit } from '@rivulet/ledger'
import type { Log } from '../log.ts'
import { raiseHalt } from '../rooms/halts.ts'

export type AuditDeps = {
  /** With patience: an audit from the beginning reads every transfer. */
  pool: Pool
  /** How long an epoch or a period may take before its clearing account is overdue. */
  clearingMaxAgeMs: number
}

/** Checks the laws of the books, from the last checkpoint. A broken one is logged and halts settlement. */
export async function auditBooks(deps: AuditDeps, log: Log): Promise<string> {
  const { broken, overdue } = await checkLaws(deps, 'checkpoint', log)
  if (broken > 0 || overdue > 0) throw new Error(`${broken} laws broken, ${overdue} accounts overdue`)
  return 'every law holds'
}

/**
 * Counts what is wrong with the books, and says so: each broken law in the log and as a halt of settlement, each overdue
 * account in the log.
 */
export async function checkLaws(
  { pool, clearingMaxAgeMs }: AuditDeps,
  from: 'beginning' | 'checkpoint',
  log: Log,
): Promise<{ broken: number; overdue: number }> {
  const report = await audit(pool, {
    from,
    clearing: CLEARING_PREFIXES.map((prefix) => ({ prefix, maxAgeMs: clearingMaxAgeMs })),
  })
  // An epoch that takes long is an alarm; that its money is where it is breaks nothing.
  const overdue = report.violations.filter((v) => v.law === 'clearing_overdue')
  for (const { ref, found } of overdue)
    log.error({ ref, nano: found.toString() }, 'a clearing account is overdue')
  const broken = [
    ...report.violations
      .filter((v) => v.law !== 'clearing_overdue')
      .map((v) => `${v.law} ${v.ref ?? ''} expected ${v.expected} found ${v.found}`),
    ...(await brokenSettlementLaws(pool)),
  ]
  for (const law of broken) log.fatal({ law }, 'a law of the books is broken')
  if (broken[0])
    await raiseHalt(pool, {
      scope: 'settlement',
      reason: 'broken law',
      detail: broken.slice(0, 20).join('; '),
    })
  const { accounts, transfers } = report
  log.debug({ from, accounts: accounts.toString(), transfers: transfers.toString() }, 'audited')
  return { broken: broken.length, overdue: overdue.length }
}

/** The laws between the books and the rooms, in one snapshot. */
async function brokenSettlementLaws(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ law: string; expected: bigint; found: bigint }>(
    `with law as (
       select 'the reserve is what the chain told' as law,
              coalesce((select -balance from ledger.account where ref = $1), 0)::bigint as found,
              coalesce((select sum(case when kind in ('deposit', 'surplus') then amount else -amount end)
                        from chain_events), 0)::bigint as expected
       union all
       select 'what is settling is the sum of unpaid withdrawals',
              coalesce((select sum(balance) from ledger.account where ref like 'settling:%'), 0)::bigint,
              coalesce((select sum(amount) from withdrawals where status in ('settling', 'submitted')), 0)::bigint
       union all
       select 'what is withdrawing is the sum of requested withdrawals',
              coalesce((select sum(balance) from ledger.account where ref like 'member:%:withdrawing'), 0)::bigint,
              coalesce((select sum(amount) from withdrawals where status in ('requested', 'held')), 0)::bigint
       union all
       select 'what is owed is the sum of refused and claimable withdrawals',
              coalesce((select sum(balance) from ledger.account where ref like 'member:%:owed'), 0)::bigint,
              coalesce((select sum(amount - claimed) from withdrawals where status = 'owed'), 0)::bigint
     )
     select law, expected, found from law where expected <> found`,
    [RESERVE],
  )
  return rows.map((row) => `${row.law}: expected ${row.expected} found ${row.found}`)
}
