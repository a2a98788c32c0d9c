import { type Pool, withTransaction } from '@rivulet/db'
import { isFrozen, type Rules, setAsideExits } from '@rivulet/economy'
import type { Chain } from '../chain/chain.ts'
import { readCursor } from '../chain-watcher/cursor.ts'
import type { Log } from '../log.ts'
import { logHalts, standingHalts } from '../rooms/halts.ts'
import type { Lane } from '../sender/lane.ts'
import { buildEpoch } from './build.ts'
import { discardEpoch } from './discard.ts'
import { serveExits } from './serve-exits.ts'
import { stepEpoch } from './step.ts'
import { type EpochRow, lastEpoch } from './store.ts'
import { readOutflowLimit, tokenMoves } from './vault-limits.ts'
import { markChecked, raiseRefusal, verdictOf } from './verdict.ts'

export type SettlementDeps = {
  pool: Pool
  /** For the snapshot of an epoch, which may take longer than anything else. */
  buildPool: Pool
  chain: Chain
  lane: Lane
  rules: Rules
  secret: string
  treasury: string
  everySeconds: number
  /** Nothing is committed that the checker has not said yes to. */
  checkerRequired: boolean
}

/**
 * Settles: an epoch that is on its way gets its next step, one that came to nothing is discarded; otherwise, when the
 * time has come, the next one is built. One epoch at a time.
 */
export async function settle(deps: SettlementDeps, log: Log): Promise<string> {
  const halts = await standingHalts(deps.pool, ['booking', 'settlement'])
  if (halts.length > 0) {
    logHalts(log, halts)
    return `halted: ${halts[0]?.reason}`
  }
  // A halt is cleared by a person; the vault's exit mode is not.
  if (await isFrozen(deps.pool)) return 'halted: frozen'
  const last = await lastEpoch(deps.pool)
  const served = await serveExits(deps, log)
  if (served) return served
  if (last?.status === 'voided') return discard(deps, last, 'voided on the chain', log)
  if (last && last.status !== 'settled') return advance(deps, last, log)
  if (last && last.ageSeconds < deps.everySeconds) return `epoch ${last.number} is settled`
  return build(deps, last, log)
}

async function advance(deps: SettlementDeps, epoch: EpochRow, log: Log): Promise<string> {
  if (epoch.status !== 'active') {
    const verdict = await verdictOf(deps.pool, epoch)
    if (verdict && !verdict.ok) {
      if (!(await raiseRefusal(deps.pool, epoch, verdict.detail))) return 'halted: checker refused'
      // Somebody has looked. What is on the chain already is not ours to take back.
      if (epoch.status !== 'committed')
        return discard(deps, epoch, `refused by the checker: ${verdict.detail}`, log)
    }
    if (!verdict && deps.checkerRequired) return `epoch ${epoch.number}: waiting for the checker`
    if (verdict?.ok) await markChecked(deps.pool, epoch)
  }
  const step = await stepEpoch(deps, epoch, log)
  return 'hopeless' in step ? discard(deps, epoch, step.hopeless, log) : `epoch ${epoch.number}: ${step.said}`
}

/** Of a voided epoch the halt was raised when it was booked, and has been cleared: somebody has looked. */
async function discard(deps: SettlementDeps, epoch: EpochRow, reason: string, log: Log): Promise<string> {
  const { number, attempt } = epoch
  const result = await discardEpoch(deps, epoch, reason)
  if (!result.discarded) return `epoch ${number} cannot be discarded: ${result.because}`
  log.warn({ epoch: number, attempt, reason, withdrawals: result.withdrawals }, 'discarded')
  return `epoch ${number} is discarded: ${reason}`
}

async function build(deps: SettlementDeps, last: EpochRow | undefined, log: Log): Promise<string> {
  const cursor = await readCursor(deps.pool, deps.chain.id)
  if (!cursor || cursor.number < deps.chain.deployBlock) return 'nothing is booked yet'
  await withTransaction(deps.pool, (tx) => setAsideExits(tx, deps.rules))
  // All that the chain is asked is asked before: the transaction of the build must not wait for it.
  const isRunning = await tokenMoves(deps.chain)
  const outflowLimit = isRunning ? await readOutflowLimit(deps.chain) : 0n
  const result = await buildEpoch({ ...deps, pool: deps.buildPool, outflowLimit })
  if (!result.built) return `epoch ${last?.number ?? 0} is the last: ${result.because}`
  const { number, withdrawals, tooLarge, total } = result
  log.info({ epoch: number, withdrawals, total: total.toString() }, 'built')
  if (!isRunning) log.warn('the token moves nothing: all withdrawals wait')
  else if (tooLarge > 0)
    log.warn({ tooLarge, limit: outflowLimit.toString() }, 'withdrawals beyond the outflow limit wait')
  const epoch = await lastEpoch(deps.pool)
  return epoch ? advance(deps, epoch, log) : `epoch ${number} is built`
}
