import type { VaultState } from '@rivulet/contracts'
import type { Tx } from '@rivulet/db'
import { bookSurplus, type Rules, reserveGap } from '@rivulet/economy'
import { raiseHalt } from '../rooms/halts.ts'

/**
 * Compares the vault's own sums, and where its epochs stand, at a block with what is booked up to it.
 * @throws Error when they differ: the node that gave the logs left some out. Nothing must be committed then.
 */
export async function requireComplete(tx: Tx, rules: Rules, vault: VaultState): Promise<void> {
  const booked = await tx.query<{ deposited: bigint; claimed: bigint; owed: bigint; unpaid: bigint | null }>(
    `select (select coalesce(sum(deposited), 0)::bigint from vault_accounts) as deposited,
            (select coalesce(sum(claimed), 0)::bigint from vault_accounts) as claimed,
            (select coalesce(sum(amount), 0)::bigint from withdrawals where status = 'owed' and lane = 'push') as owed,
            (select coalesce((select sum(total) from epoch_batches where epoch = number and tx_hash is null), 0)::bigint
             from epochs where number = $1) as unpaid`,
    [vault.head.number],
  )
  const { deposited, claimed, owed, unpaid } = booked.rows[0]!
  const differing = [
    ...(await missingSteps(tx, vault)),
    deposited === vault.totals.deposited
      ? []
      : [`deposits of ${deposited} instead of ${vault.totals.deposited}`],
    // In exit mode everything that leaves counts as claimed there.
    vault.head.frozen || claimed === vault.totals.claimed
      ? []
      : [`claims of ${claimed} instead of ${vault.totals.claimed}`],
    owed === vault.totals.owed * rules.unit
      ? []
      : [`${owed} nano owed instead of ${vault.totals.owed} units`],
    // An epoch that the books do not have has halted settlement already, and says nothing about the logs.
    unpaid === null || unpaid === vault.head.unpaid
      ? []
      : [`${unpaid} unpaid instead of ${vault.head.unpaid}`],
  ].flat()
  if (differing.length > 0)
    throw new Error(`the logs up to block ${vault.block.number} are not all: ${differing.join('; ')}`)
}

/**
 * Steps of epochs that the vault has taken and the books have not: they move no money, so no sum tells of them, and a log
 * that was left out is never asked for again. An epoch that the books do not have has halted settlement already.
 */
async function missingSteps(tx: Tx, { head, active, pending }: VaultState): Promise<string[]> {
  const { rows } = await tx.query<{ activation: boolean; commit: boolean; veto: boolean; exitMode: boolean }>(
    `select exists (select from epochs where number = $1 and root = $2
                    and status in ('built', 'checked', 'committed')) as activation,
            exists (select from epochs where number = $1 + 1 and root = $3
                    and status in ('built', 'checked')) as commit,
            exists (select from epochs where number > $1 and status = 'committed'
                    and $3::text is null and not $4) as veto,
            $4 and not exists (select from halts where reason = 'frozen') as "exitMode"`,
    [head.number, active.root, pending?.root ?? null, head.frozen],
  )
  const missing = rows[0]!
  return [
    missing.activation ? [`no activation of epoch ${head.number}`] : [],
    missing.commit ? [`no commit of epoch ${head.number + 1}`] : [],
    missing.veto ? [`no veto of epoch ${head.number + 1}`] : [],
    missing.exitMode ? ['no beginning of exit mode'] : [],
  ].flat()
}

/** What `requireComplete` compares, as one text. */
export function sumsOf({ head, totals }: VaultState): string {
  const { number, unpaid, pending, frozen } = head
  return [number, unpaid, pending, frozen, totals.deposited, totals.claimed, totals.owed].join('/')
}

/** The reserves law at a block: a surplus is booked, a shortfall halts settlement. */
export async function judgeReserves(
  tx: Tx,
  rules: Rules,
  chainId: bigint,
  { block, reserves }: VaultState,
): Promise<void> {
  const gap = await reserveGap(tx, rules, reserves)
  if (gap > 0n)
    await bookSurplus(tx, rules, {
      chainId,
      blockHash: block.hash,
      blockNumber: BigInt(block.number),
      amount: gap,
    })
  if (gap < 0n)
    await raiseHalt(tx, {
      scope: 'settlement',
      reason: 'shortfall',
      detail: `the vault holds ${reserves} units at block ${block.number}, ${-gap} less than the books`,
    })
}
