import { type Epoch, parseVaultEvent, vaultTopics } from '@rivulet/contracts'
import { type JsonRpcProvider, type Log, zeroPadValue } from 'ethers'

export type FoundCommit = { epoch: Epoch; dataHash: string; block: number }

const BLOCKS_AT_A_TIME = 5_000

/**
 * The last commit of an epoch's number, from the vault's log; an earlier one of the number was voided.
 * Asks for the whole history at once, and where a node refuses that, for pieces of it, newest first.
 */
export async function lastCommitOf(
  provider: JsonRpcProvider,
  vault: string,
  number: number,
): Promise<FoundCommit | undefined> {
  const topics = [vaultTopics.EpochCommitted, zeroPadValue(`0x${number.toString(16).padStart(8, '0')}`, 32)]
  const latest = await provider.getBlockNumber()
  const logsIn = (fromBlock: number, toBlock: number) =>
    provider.getLogs({ address: vault, topics, fromBlock, toBlock })
  try {
    return commitIn(await logsIn(0, latest))
  } catch {
    for (let to = latest; to >= 0; to -= BLOCKS_AT_A_TIME) {
      const found = commitIn(await logsIn(Math.max(0, to - BLOCKS_AT_A_TIME + 1), to))
      if (found) return found
    }
    return undefined
  }
}

function commitIn(logs: Log[]): FoundCommit | undefined {
  const log = logs.at(-1)
  const event = log && parseVaultEvent(log)
  if (event?.name !== 'EpochCommitted') return undefined
  return { epoch: event.epoch, dataHash: event.dataHash, block: log!.blockNumber }
}
