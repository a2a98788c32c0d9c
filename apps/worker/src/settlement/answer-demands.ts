import {
  encodeAnswerDemand,
  leafProof,
  parseVaultEvent,
  type VaultState,
  vaultTopics,
} from '@rivulet/contracts'
import { keptTree } from '@rivulet/economy'
import { type Provider, toBeHex } from 'ethers'
import type { Log } from '../log.ts'
import { latestFor } from '../sender/store.ts'
import { purposeOf } from './purpose.ts'
import type { EpochRow } from './store.ts'
import { type TransactDeps, transact, underWay } from './transact.ts'

const BLOCKS_AT_A_TIME = 2_000

/**
 * Answers every open demand for a leaf of a pending epoch that is ours, all in one turn: until then nobody can activate
 * it, and a challenge delay after `head.validAt` anybody could void it.
 *
 * What is open is read at the latest block. Nothing is booked by it; an answer that nobody waits for, because somebody
 * else gave it or the demand's block is gone, moves no money.
 *
 * @param vault its state at the latest block, with open demands
 * @returns what was done or is waited for
 * @throws Error, when the others are answered, for a place that the books have no leaf of in both epochs
 */
export async function answerDemands(
  deps: TransactDeps,
  epoch: EpochRow,
  vault: VaultState,
  log: Log,
): Promise<string> {
  const { chain, pool } = deps
  const blocks = { from: await firstBlock(deps, epoch), to: vault.block.number }
  const open = new Set<bigint>()
  // The vault counts them, so a node that leaves some out is noticed, and the next one asked.
  for (const endpoint of chain.endpoints)
    if (open.size < vault.head.demands)
      for (const index of await openDemands(endpoint, chain.vault, epoch.number, blocks)) open.add(index)
  const said: string[] = []
  const missing: bigint[] = []
  for (const index of open) {
    const purpose = purposeOf(epoch, `demand:${index}`)
    const before = await underWay(pool, purpose)
    if (before) {
      said.push(before.said)
      continue
    }
    const data = await answer(deps, epoch, index)
    if (data) said.push((await transact(deps, { purpose, data }, log)).said)
    else missing.push(index)
  }
  if (missing.length > 0)
    throw new Error(`epoch ${epoch.number} has no leaf to show at place ${missing.join(', ')}`)
  return `open demands: ${vault.head.demands}; ${said[0] ?? 'the node does not show which'}`
}

/** The call that answers a demand; undefined when one of the two leaves is not there. */
async function answer(
  { chain, pool }: TransactDeps,
  epoch: EpochRow,
  index: bigint,
): Promise<string | undefined> {
  const [old] = await keptTree(pool, epoch.number - 1).leaves(index, index + 1n)
  const fresh = await leafProof(chain.domain, epoch.depth, index, keptTree(pool, epoch.number))
  return old && fresh && encodeAnswerDemand(old, fresh.leaf, fresh.proof)
}

/**
 * A block before which this build of the epoch had no demand: its commit's, where that is noted, else its snapshot's. A
 * demand of an earlier build of the same number is older than both, since its void was final before the snapshot.
 */
async function firstBlock({ pool }: TransactDeps, epoch: EpochRow): Promise<number> {
  const commit = await latestFor(pool, purposeOf(epoch, 'commit'))
  return Number(commit?.blockNumber ?? epoch.snapshotBlock)
}

/** The places that were demanded of an epoch's number between two blocks, both included, and not shown since. */
async function openDemands(
  endpoint: Provider,
  vault: string,
  number: number,
  { from, to }: { from: number; to: number },
): Promise<Set<bigint>> {
  const open = new Set<bigint>()
  const topics = [[vaultTopics.LeafDemanded, vaultTopics.DemandAnswered], toBeHex(number, 32)]
  for (let fromBlock = from; fromBlock <= to; fromBlock += BLOCKS_AT_A_TIME) {
    const toBlock = Math.min(fromBlock + BLOCKS_AT_A_TIME - 1, to)
    for (const log of await endpoint.getLogs({ address: vault, topics, fromBlock, toBlock })) {
      const event = parseVaultEvent(log)
      if (event?.name === 'LeafDemanded') open.add(event.index)
      if (event?.name === 'DemandAnswered') open.delete(event.index)
    }
  }
  return open
}
