import { parseVaultRevert } from '@rivulet/contracts'
import { type Pool, type Tx, withTransaction } from '@rivulet/db'
import { isCallException } from 'ethers'
import type { Chain } from '../chain/chain.ts'
import { errorText, type Log } from '../log.ts'
import { type Lane, reserve } from '../sender/lane.ts'
import { latestFor, type SentState } from '../sender/store.ts'

export type TransactDeps = { pool: Pool; chain: Chain; lane: Lane }

export type Transacted = {
  said: string
  /** The vault's error, by name where it has one, when the call would fail now. */
  wouldFail?: string
}

/** What was logged last: a reason that stays is said once. */
const lastReason = new Map<string, string>()

/**
 * Reserves a transaction to the vault for a purpose, unless one is on its way or has done it. One that was mined and
 * failed is repeated once that is final. A call that would fail now gets no nonce: it is tried again at the next turn.
 *
 * @param isWanted asked in the transaction that reserves the nonce, which is given up when it says no
 */
export async function transact(
  { pool, chain, lane }: TransactDeps,
  { purpose, data }: { purpose: string; data: string },
  log: Log,
  isWanted: (tx: Tx) => Promise<boolean> = async () => true,
): Promise<Transacted> {
  const last = await latestFor(pool, purpose)
  if (last && !isSpent(last)) return { said: `${last.purpose} is ${last.status}` }

  const gas = await estimate(chain, lane.signer, data)
  if (typeof gas === 'string') {
    if (lastReason.get(purpose) !== gas) log.warn({ purpose, because: gas }, 'would fail now')
    lastReason.set(purpose, gas)
    return { said: `${purpose} would fail: ${gas}`, wouldFail: gas }
  }
  const next = last ? `${purpose}#${Number(last.purpose.split('#')[1] ?? 1) + 1}` : purpose
  const isReserved = await withTransaction(
    pool,
    async (tx) => (await isWanted(tx)) && reserve(tx, lane, next, { to: chain.vault, data, gasLimit: gas }),
  )
  if (!isReserved) return { said: `${next} is not wanted any more` }
  log.info({ purpose: next, gasLimit: gas.toString() }, 'reserved')
  return { said: `${next} is reserved` }
}

/** What `transact` would say for a purpose that has its transaction; undefined when it would reserve one. */
export async function underWay(db: Pick<Pool, 'query'>, purpose: string): Promise<Transacted | undefined> {
  const last = await latestFor(db, purpose)
  return last && !isSpent(last) ? { said: `${last.purpose} is ${last.status}` } : undefined
}

const TRANSACTION_GAS_LIMIT = 1n << 24n // EIP-7825

/** Mined and failed for good: nothing more comes of it. */
const isSpent = ({ status, succeeded }: SentState) => status === 'final' && succeeded === false

/** The gas to allow, or why the call would fail. */
async function estimate(chain: Chain, from: string, data: string): Promise<bigint | string> {
  try {
    const gas = await chain.provider.estimateGas({ from, to: chain.vault, data })
    const ample = (gas * 12n) / 10n
    return ample < TRANSACTION_GAS_LIMIT ? ample : gas > TRANSACTION_GAS_LIMIT ? gas : TRANSACTION_GAS_LIMIT
  } catch (error) {
    return reasonOf(error)
  }
}

/** The vault's error for a call as of the last final block; undefined when it would go through there. */
export async function failsAtFinal(chain: Chain, from: string, data: string): Promise<string | undefined> {
  try {
    await chain.provider.call({ from, to: chain.vault, data, blockTag: 'finalized' })
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

function reasonOf(error: unknown): string {
  const revert = parseVaultRevert(error)
  if (revert) return revert.name
  if (isCallException(error)) return errorText(error)
  throw error
}
