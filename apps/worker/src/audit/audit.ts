import type { Pool } from '@rivulet/db'
import { CLEARING_PREFIXES, RESERVE } from '@rivulet/economy'
import { audit } from '@rivulet/ledger'
import type { Log } from '../log.ts'
import { raiseHalt } from '../rooms/halts.ts'

export type AuditDeps = {
  /** With patience: the audit reads every transfer. */
  pool: Pool
  /** How long an epoch or a period may take before its clearing account is overdue. */
  clearingMaxAgeMs: number
}

/** Checks the laws of the books. A broken one is logged as an error and halts settlement. */
export async function auditBooks({ pool, clearingMaxAgeMs }: AuditDeps, log: Log): Promise<string> {
  const report = await audit(pool, {
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
  if (broken[0] || overdue[0])
    throw new Error(`${broken.length} laws broken, ${overdue.length} accounts overdue`)
  log.debug({ accounts: report.accounts.toString(), transfers: report.transfers.toString() }, 'audited')
  return 'every law holds'
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
       select 'what is owed is the sum of refused withdrawals',
              coalesce((select sum(balance) from ledger.account where ref like 'member:%:owed'), 0)::bigint,
              coalesce((select sum(amount) from withdrawals where status = 'owed'), 0)::bigint
     )
     select law, expected, found from law where expected <> found`,
    [RESERVE],
  )
  return rows.map((row) => `${row.law}: expected ${row.expected} found ${row.found}`)
}
