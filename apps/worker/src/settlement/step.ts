import {
  type BatchCall,
  batchHash,
  buildPayoutTree,
  encodeActivate,
  encodeCommit,
  encodeExecuteBatch,
  parseVaultRevert,
  readVault,
} from '@rivulet/contracts'
import { type Pool, withTransaction } from '@rivulet/db'
import { markSubmitted } from '@rivulet/economy'
import { isCallException } from 'ethers'
import type { Chain } from '../chain/chain.ts'
import { errorText, type Log } from '../log.ts'
import { raiseHalt } from '../rooms/halts.ts'
import { type Lane, reserve } from '../sender/lane.ts'
import { latestFor } from '../sender/store.ts'
import { type BatchRow, batchesOf, type EpochRow } from './store.ts'

export type StepDeps = { pool: Pool; chain: Chain; lane: Lane }

/**
 * Does the next thing for an epoch that is not settled: commits it, activates it when the challenge delay has passed,
 * has its batches paid. What is next is read from the vault as it stands now; whether it is done, the chain watcher
 * says, at a final block.
 */
export async function stepEpoch(deps: StepDeps, epoch: EpochRow, log: Log): Promise<string> {
  const { chain, pool } = deps
  const batches = await batchesOf(pool, epoch.number)
  await noteSubmitted(pool, epoch.number, batches)
  const vault = await readVault(chain.vault, chain.provider, 'latest')
  const { number, pending, validAt } = vault.head
  if (number === epoch.number - 1 && !pending)
    return send(deps, `epoch:${epoch.number}:commit`, encodeCommit(commitOf(epoch)), log)
  if (number === epoch.number - 1) {
    if (vault.pending?.root !== epoch.root) return foreign(pool, epoch, vault.pending?.root)
    // A chain that makes blocks only for transactions shows an old time until there is one.
    if (Math.max(vault.block.timestamp, Date.now() / 1000) < validAt) return 'waiting for the challenge delay'
    return send(deps, `epoch:${epoch.number}:activate`, encodeActivate(), log)
  }
  if (number !== epoch.number) return foreign(pool, epoch, vault.active.root)

  const said: string[] = []
  for (const call of unpaid(chain, epoch, batches, vault.executed)) {
    const purpose = `epoch:${epoch.number}:batch:${call.index}`
    said.push(await send(deps, purpose, encodeExecuteBatch(call), log))
  }
  return said[0] ?? 'waiting for finality'
}

function commitOf(epoch: EpochRow) {
  const { root, payoutRoot, gross, authorisedTotal, depth, depositsSeen, payoutTotal } = epoch
  return {
    epoch: { root, payoutRoot, gross, authorisedTotal, depth, depositsSeen, payoutTotal },
    number: epoch.number,
    expectedExecuted: BigInt(epoch.expectedExecuted),
    dataHash: epoch.dataHash,
  }
}

function unpaid(chain: Chain, epoch: EpochRow, batches: readonly BatchRow[], executed: bigint): BatchCall[] {
  const open = batches.filter((b) => b.txHash === null && ((executed >> BigInt(b.index)) & 1n) === 0n)
  if (open.length === 0) return []
  const tree = buildPayoutTree(batches.map((b) => batchHash(chain.domain, epoch.number, b.index, b.records)))
  return open.map(({ index, records }) => ({ index, records, proof: tree.proof(index) }))
}

/** Withdrawals whose batch is signed are `submitted`. */
async function noteSubmitted(pool: Pool, epoch: number, batches: readonly BatchRow[]): Promise<void> {
  for (const { index } of batches.filter((b) => b.txHash === null)) {
    const sent = await latestFor(pool, `epoch:${epoch}:batch:${index}`)
    if (sent && sent.status !== 'reserved')
      await withTransaction(pool, (tx) => markSubmitted(tx, { epoch, batch: index }))
  }
}

async function foreign(pool: Pool, epoch: EpochRow, root: string | undefined): Promise<string> {
  const detail = `the vault has root ${root} where epoch ${epoch.number} should be`
  await raiseHalt(pool, { scope: 'settlement', reason: 'foreign commit', detail })
  return `halted: ${detail}`
}

/** What was logged last: a reason that stays is said once. */
const lastReason = new Map<string, string>()

/**
 * Reserves a transaction for a purpose, unless one is on its way or has done it. One that was mined and failed is
 * repeated once that is final. A call that would fail now gets no nonce: it is tried again at the next turn.
 */
async function send(
  { pool, chain, lane }: StepDeps,
  purpose: string,
  data: string,
  log: Log,
): Promise<string> {
  const last = await latestFor(pool, purpose)
  if (last && !(last.status === 'final' && last.succeeded === false))
    return `${last.purpose} is ${last.status}`

  const gas = await estimate(chain, lane.signer, data)
  if (typeof gas === 'string') {
    if (lastReason.get(purpose) !== gas) log.warn({ purpose, because: gas }, 'would fail now')
    lastReason.set(purpose, gas)
    return `${purpose} would fail: ${gas}`
  }
  const next = last ? `${purpose}#${Number(last.purpose.split('#')[1] ?? 1) + 1}` : purpose
  await withTransaction(pool, (tx) => reserve(tx, lane, next, { to: chain.vault, data, gasLimit: gas }))
  log.info({ purpose: next, gasLimit: gas.toString() }, 'reserved')
  return `${next} is reserved`
}

const TRANSACTION_GAS_LIMIT = 1n << 24n // EIP-7825

/** The gas to allow, or why the call would fail. */
async function estimate(chain: Chain, from: string, data: string): Promise<bigint | string> {
  try {
    const gas = await chain.provider.estimateGas({ from, to: chain.vault, data })
    const ample = (gas * 12n) / 10n
    return ample < TRANSACTION_GAS_LIMIT ? ample : gas > TRANSACTION_GAS_LIMIT ? gas : TRANSACTION_GAS_LIMIT
  } catch (error) {
    const revert = parseVaultRevert(error)
    if (revert) return revert.name
    if (isCallException(error)) return errorText(error)
    throw error
  }
}
