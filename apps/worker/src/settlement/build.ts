import { batchHash, buildPayoutTree, packPayouts } from '@rivulet/contracts'
import { type Pool, type Tx, withTransaction } from '@rivulet/db'
import {
  assignBatch,
  authorisePulls,
  divideWithdrawal,
  hasOpenExits,
  lockRequested,
  type Rules,
  startPayouts,
} from '@rivulet/economy'
import type { Chain } from '../chain/chain.ts'
import { standingHalts } from '../rooms/halts.ts'
import { depthFor, leavesOf, saltMaker } from './leaves.ts'
import { MAX_WITHDRAWALS, type PayoutPlan, planPayouts } from './plan.ts'
import { pruneEpochs } from './prune.ts'
import { publishTree, sinkInto } from './publish.ts'
import { noteReaders, readersIn } from './readers.ts'
import { readLegs, readSnapshot } from './snapshot.ts'
import { batchesOf, completeEpoch, insertBatches, insertEpoch, lastEpoch, nextAttempt } from './store.ts'

export type BuildDeps = {
  pool: Pool
  chain: Pick<Chain, 'id' | 'vault' | 'domain'>
  rules: Rules
  /** Salts are made from it. */
  secret: string
  /** EIP-55; gets index 0 when nobody has it yet. */
  treasury: string
  /** The most an epoch may pay, in token units; asked of the chain beforehand. */
  outflowLimit: bigint
}

export type BuildResult =
  | { built: true; number: number; withdrawals: number; tooLarge: number; total: bigint }
  | { built: false; because: 'halted' | 'unsettled' | 'nothing to say' }

/** Without any movement an epoch is still built once a day, so that the vault sees that the operator is there. */
const SILENT_SECONDS = 86_400

/**
 * Builds the next epoch from one snapshot of the books: takes the withdrawals that wait, moves their money to the
 * epoch's clearing account, and writes down root, leaves and batches, all in one transaction.
 *
 * A withdrawal is in an epoch when that transaction has committed, and can be in no second one. Nobody can make it
 * fail by moving money or cancelling meanwhile: it waits for those who were first, asks the chain nothing, and what is
 * to agree is read in one statement.
 */
export async function buildEpoch(deps: BuildDeps): Promise<BuildResult> {
  const result = await withTransaction(deps.pool, (tx) => build(tx, deps))
  if (result.built) await pruneEpochs(deps.pool)
  return result
}

async function build(tx: Tx, deps: BuildDeps): Promise<BuildResult> {
  const { chain, rules } = deps
  // Two build one after the other, so that the second sees the first's epoch.
  await tx.query(`select pg_advisory_xact_lock(hashtext('epoch'))`)
  if ((await standingHalts(tx, ['booking', 'settlement'])).length > 0)
    return { built: false, because: 'halted' }
  const last = await lastEpoch(tx)
  if (last && last.status !== 'settled') return { built: false, because: 'unsettled' }

  const number = (last?.number ?? 0) + 1
  const plan = planPayouts(await lockRequested(tx, MAX_WITHDRAWALS), deps.outflowLimit, rules.unit)
  const taken = [...plan.pushed, ...plan.pulled]
  const isSilent =
    last && taken.length === 0 && !(await hasOpenExits(tx)) && (await readLegs(tx)) === last.snapshotLegs
  if (isSilent && last.ageSeconds < SILENT_SECONDS) return { built: false, because: 'nothing to say' }

  await allotPlaces(tx, deps.treasury, [...plan.byAddress.keys()])
  if (plan.divided) await divideWithdrawal(tx, plan.divided.withdrawal, plan.divided.part)
  await noteReaders(tx, plan.pushed)
  await startPayouts(tx, number, taken)
  await authorisePulls(tx, rules, number, plan.pulled)
  const snapshot = await readSnapshot(tx, chain.id)
  const salt = saltMaker(deps.secret, number)
  const leaves = leavesOf(snapshot.accounts, snapshot.backing, plan.byAddress, rules, salt)
  const batches = plan.batches.map((payouts) => ({
    records: packPayouts(payouts),
    total: payouts.reduce((sum, p) => sum + p.amount, 0n),
  }))
  const records = batches.map((b) => b.records)
  const paidBefore = last ? (await batchesOf(tx, last.number)).length : 0
  const depth = depthFor(leaves.highestIndex, last?.depth ?? 0)
  await insertEpoch(tx, {
    ...{ number, depth, attempt: await nextAttempt(tx, number) },
    payoutRoot: buildPayoutTree(records.map((r, i) => batchHash(chain.domain, number, i, r))).root,
    authorisedTotal: leaves.authorisedTotal,
    depositsSeen: leaves.depositsSeen,
    payoutTotal: plan.total,
    expectedExecuted: `0x${executedBitmap(paidBefore).toString(16)}`,
    snapshotBlock: snapshot.block,
    snapshotLegs: snapshot.legs,
    snapshot: snapshot.moment,
  })
  const tree = await publishTree(
    { head: { chainId: chain.id, vault: chain.vault, number, depth }, domain: chain.domain, leaves, records },
    (first, last) => readersIn(tx, deps.secret, first, last),
    sinkInto(tx, number),
  )
  await completeEpoch(tx, number, tree)
  await insertBatches(tx, number, batches)
  await placeWithdrawals(tx, number, plan)
  return {
    built: true,
    number,
    withdrawals: taken.length,
    tooLarge: plan.tooLarge.length,
    total: plan.total,
  }
}

/** The treasury, every member and every recipient have a place; once published, places are for ever. */
async function allotPlaces(tx: Tx, treasury: string, recipients: string[]): Promise<void> {
  // Anybody can make the treasury's address a member, by a deposit for it. Before the first epoch that place is
  // nobody's business, so it becomes the first.
  await tx.query(
    `insert into vault_accounts (index, address) select 0, $1
     where not exists (select from vault_accounts where index = 0) and not exists (select from epochs)
     on conflict (address) do update set index = excluded.index`,
    [treasury],
  )
  await tx.query(
    `insert into vault_accounts (address, member_id)
     select m.address, m.id from members m
     where not exists (select from vault_accounts v where v.address = m.address) order by m.id
     on conflict (address) do nothing`,
  )
  await tx.query(
    `insert into vault_accounts (address)
     select r.address from unnest($1::text[]) with ordinality as r(address, place)
     where not exists (select from vault_accounts v where v.address = r.address) order by r.place
     on conflict (address) do nothing`,
    [recipients],
  )
}

/** The vault's bitmap after `paid` batches: one bit each from the lowest, and bit 255, which is always set. */
export function executedBitmap(paid: number): bigint {
  return (1n << 255n) | ((1n << BigInt(paid)) - 1n)
}

async function placeWithdrawals(tx: Tx, epoch: number, plan: PayoutPlan): Promise<void> {
  const byBatch = Map.groupBy(plan.pushed, (w) => plan.byAddress.get(w.to)!.batch)
  for (const [batch, withdrawals] of byBatch)
    await assignBatch(
      tx,
      { epoch, batch },
      withdrawals.map((w) => w.id),
    )
}
