import type { Contract } from 'ethers'
import { EventLog, keccak256, toUtf8Bytes } from 'ethers'
import type pg from 'pg'
import type { CheckerConfig } from './config.ts'
import { FileMissing, fetchFile } from './file.ts'
import type { EpochToCheck } from './store.ts'

/** Nodes answer for no more blocks than these at once. */
const BLOCKS_AT_ONCE = 2_000

/** The data hash that the newest commit of an epoch named to the vault; undefined when the node shows no such commit. */
export async function committedHash(vault: Contract, epoch: EpochToCheck): Promise<string | undefined> {
  const commits = vault.filters.EpochCommitted!(epoch.number)
  const first = Number(epoch.block)
  let last = (await vault.runner!.provider!.getBlock('latest'))!.number
  // It was built before it was committed, from a block that is final.
  for (; last >= first; last -= BLOCKS_AT_ONCE) {
    const logs = await vault.queryFilter(commits, Math.max(first, last - BLOCKS_AT_ONCE + 1), last)
    const newest = logs.at(-1)
    if (newest instanceof EventLog) return newest.args.dataHash as string
  }
  return undefined
}

/** What speaks against the file as it can be had now; `missing`: it cannot. */
export async function fileFault(
  pool: pg.Pool,
  config: CheckerConfig,
  epoch: EpochToCheck,
): Promise<{ because: string; missing: boolean } | undefined> {
  try {
    const text = await fetchFile(pool, epoch.number, config.leavesUrl)
    if (keccak256(toUtf8Bytes(text)) === epoch.dataHash) return undefined
    return { because: 'the leaf file is another than the data hash names', missing: false }
  } catch (error) {
    if (error instanceof FileMissing) return { because: error.message, missing: true }
    throw error
  }
}
