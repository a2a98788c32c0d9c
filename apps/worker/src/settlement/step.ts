import {
  type BatchCall,
  batchHash,
  buildPayoutTree,
  encodeActivate,
  encodeCommit,
  encodeExecuteBatch,
  readVault,
} from '@rivulet/contracts'
import { type Pool, type Tx, withTransaction } from '@rivulet/db'
import { markSubmitted } from '@rivulet/economy'
import type { Chain } from '../chain/chain.ts'
import type { Log } from '../log.ts'
import { raiseHalt } from '../rooms/halts.ts'
import { latestFor } from '../sender/store.ts'
import { answerDemands } from './answer-demands.ts'
import { purposeOf } from './purpose.ts'
import { type BatchRow, batchesOf, type EpochRow } from './store.ts'
import { failsAtFinal, type TransactDeps, transact } from './transact.ts'

export type StepDeps = TransactDeps

/** What was done or is waited for; `hopeless`: why this epoch can never be committed. */
export type Step = { said: string } | { hopeless: string }

/**
 * Does the next thing for an epoch that is not settled: commits it, shows the leaves that are demanded of it, activates
 * it when the challenge delay has passed, has its batches paid. What is next is read from the vault as it stands now; whether it is done, the chain watcher
 * says, at a final block.
 */
export async function stepEpoch(deps: StepDeps, epoch: EpochRow, log: Log): Promise<Step> {
  const { chain, pool } = deps
  const batches = await batchesOf(pool, epoch.number)
  await noteSubmitted(pool, epoch, batches)
  const vault = await readVault(chain.vault, chain.provider, 'latest')
  const { number, pending, validAt } = vault.head
  if (number === epoch.number - 1 && !pending) return commit(deps, epoch, log)
  if (number === epoch.number - 1) {
    if (vault.pending?.root !== epoch.root) return foreign(pool, epoch, vault.pending?.root)
    // Whoever demanded has to see the leaf; the challenge delay may run meanwhile.
    if (vault.head.demands > 0) return { said: await answerDemands(deps, epoch, vault, log) }
    // A chain that makes blocks only for transactions shows an old time until there is one.
    if (Math.max(vault.block.timestamp, Date.now() / 1000) < validAt)
      return { said: 'waiting for the challenge delay' }
    return transact(deps, { purpose: purposeOf(epoch, 'activate'), data: encodeActivate() }, log)
  }
  if (number !== epoch.number) return foreign(pool, epoch, vault.active.root)

  const said: string[] = []
  for (const call of unpaid(chain, epoch, batches, vault.executed)) {
    const purpose = purposeOf(epoch, `batch:${call.index}`)
    said.push((await transact(deps, { purpose, data: encodeExecuteBatch(call) }, log)).said)
  }
  return { said: said[0] ?? 'waiting for finality' }
}

/** What the vault will never take back: this epoch was built for another past, or lets out more than it may. */
const HOPELESS = ['BatchesChanged', 'WrongEpoch', 'InvalidEpoch', 'OutflowLimitExceeded']

async function commit(deps: StepDeps, epoch: EpochRow, log: Log): Promise<Step> {
  const { root, payoutRoot, gross, authorisedTotal, depth, depositsSeen, payoutTotal } = epoch
  const data = encodeCommit({
    epoch: { root, payoutRoot, gross, authorisedTotal, depth, depositsSeen, payoutTotal },
    number: epoch.number,
    expectedExecuted: BigInt(epoch.expectedExecuted),
    dataHash: epoch.dataHash,
  })
  const sent = await transact(deps, { purpose: purposeOf(epoch, 'commit'), data }, log, (tx) =>
    isCommittable(tx, epoch),
  )
  if (!HOPELESS.includes(sent.wouldFail ?? '')) return sent
  // At the latest block it may be so for a moment only.
  const reason = await failsAtFinal(deps.chain, deps.lane.signer, data)
  return reason && HOPELESS.includes(reason) ? { hopeless: `its commit fails: ${reason}` } : sent
}

/** Locks the row as `discardEpoch` does: whoever is first decides. */
async function isCommittable(tx: Tx, { number, attempt }: EpochRow): Promise<boolean> {
  const { rows } = await tx.query(
    `select from epochs where number = $1 and attempt = $2 and status in ('built', 'checked') for no key update`,
    [number, attempt],
  )
  return rows.length > 0
}

function unpaid(chain: Chain, epoch: EpochRow, batches: readonly BatchRow[], executed: bigint): BatchCall[] {
  const open = batches.filter((b) => b.txHash === null && ((executed >> BigInt(b.index)) & 1n) === 0n)
  if (open.length === 0) return []
  const tree = buildPayoutTree(batches.map((b) => batchHash(chain.domain, epoch.number, b.index, b.records)))
  return open.map(({ index, records }) => ({ index, records, proof: tree.proof(index) }))
}

/** Withdrawals whose batch is signed are `submitted`. */
async function noteSubmitted(pool: Pool, epoch: EpochRow, batches: readonly BatchRow[]): Promise<void> {
  for (const { index } of batches.filter((b) => b.txHash === null)) {
    const sent = await latestFor(pool, purposeOf(epoch, `batch:${index}`))
    if (sent && sent.status !== 'reserved')
      await withTransaction(pool, (tx) => markSubmitted(tx, { epoch: epoch.number, batch: index }))
  }
}

async function foreign(pool: Pool, epoch: EpochRow, root: string | undefined): Promise<Step> {
  const detail = `the vault has root ${root} where epoch ${epoch.number} should be`
  await raiseHalt(pool, { scope: 'settlement', reason: 'foreign commit', detail })
  return { said: `halted: ${detail}` }
}
