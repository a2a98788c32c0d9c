import { type LeafFileSummary, readVault, type VaultState } from '@rivulet/contracts'
import type { JsonRpcProvider } from 'ethers'
import type { FoundCommit } from '../exit/commits.ts'

/** One comparison. */
export type Finding = { what: string; equal: boolean; detail: string }

/** The file against what the vault was told in its commit. */
export function compareWithCommit(file: LeafFileSummary, { epoch, dataHash }: FoundCommit): Finding[] {
  const same = (what: string, ours: string | bigint | number, theirs: string | bigint | number): Finding => ({
    what,
    equal: ours === theirs,
    detail: ours === theirs ? `${ours}` : `the file says ${ours}, the commit ${theirs}`,
  })
  return [
    same('hash of the file', file.dataHash, dataHash),
    same('root', file.root, epoch.root),
    same('sum of the leaves', file.gross, epoch.gross),
    same('depth', file.depth, epoch.depth),
    same('root of the batches', file.payoutRoot, epoch.payoutRoot),
    same('sum of the batches', file.payoutTotal, epoch.payoutTotal),
  ]
}

/**
 * What the vault held when the epoch was committed, against everything it owed then: the leaves less what was claimed of
 * them before, the batches, what refusing recipients are owed, deposits that the tree has not seen.
 */
export async function compareWithReserves(
  provider: JsonRpcProvider,
  file: LeafFileSummary,
  commit: FoundCommit,
): Promise<Finding> {
  const state = await stateAt(provider, file, commit.block)
  if (!state)
    return {
      what: 'reserves',
      equal: false,
      detail: `the node no longer knows block ${commit.block}, and epoch ${file.number} is not the newest: ask an archive node`,
    }
  const { totals, reserves, block, head } = state
  const unpaid = head.number === file.number ? head.unpaid : file.payoutTotal
  const late = totals.deposited - commit.epoch.depositsSeen
  const liabilities =
    file.gross - totals.claimed + unpaid + totals.owed + (head.frozen ? totals.exitPot - unpaid : late)
  return {
    what: `reserves at block ${block.number}`,
    equal: reserves >= liabilities,
    detail: `${reserves} held, ${liabilities} owed`,
  }
}

/** The vault at the commit's block; at the latest one, where the node has forgotten that and the epoch is in force. */
async function stateAt(
  provider: JsonRpcProvider,
  { vault, number }: LeafFileSummary,
  block: number,
): Promise<VaultState | undefined> {
  try {
    return await readVault(vault, provider, block)
  } catch {
    const latest = await readVault(vault, provider, 'latest')
    const inForce =
      latest.head.number === number || (latest.head.pending && latest.head.number + 1 === number)
    return inForce ? latest : undefined
  }
}
