import { parseVaultEvent, type VaultEvent } from '@rivulet/contracts'
import type { Log as ChainLog } from 'ethers'

type RawLog = Pick<ChainLog, 'blockNumber' | 'transactionHash' | 'index' | 'topics' | 'data'>

/** An event of the vault in its place; a batch comes with what was refused in it. */
export type PlacedEvent = { txHash: string; logIndex: number; blockNumber: bigint } & (
  | { event: Exclude<VaultEvent, { name: 'BatchExecuted' | 'PayoutDeferred' }> }
  | { event: Extract<VaultEvent, { name: 'BatchExecuted' }>; refused: { account: string; amount: bigint }[] }
)

/**
 * The events in logs of the vault, in the order of the chain.
 *
 * The vault logs what it refused while it pays a batch, and the batch at its end; one transaction can hold several
 * batches, as anybody may execute them.
 * @throws Error when refusals and batches do not add up: the logs are not complete
 */
export function eventsOf(logs: readonly RawLog[]): PlacedEvent[] {
  const ordered = [...logs].sort((a, b) => a.blockNumber - b.blockNumber || a.index - b.index)
  const events: PlacedEvent[] = []
  let refused: { account: string; amount: bigint }[] = []
  let refusedIn = ''
  for (const log of ordered) {
    const event = parseVaultEvent(log)
    if (!event) continue
    if (refused.length > 0 && refusedIn !== log.transactionHash)
      throw new Error(`refusals in ${refusedIn} belong to no batch`)
    if (event.name === 'PayoutDeferred') {
      refused.push({ account: event.account, amount: event.amount })
      refusedIn = log.transactionHash
      continue
    }
    const place = { txHash: log.transactionHash, logIndex: log.index, blockNumber: BigInt(log.blockNumber) }
    if (event.name !== 'BatchExecuted') {
      events.push({ ...place, event })
      continue
    }
    if (refused.reduce((sum, r) => sum + r.amount, 0n) !== event.refused)
      throw new Error(`the refusals in ${log.transactionHash} do not add up to ${event.refused}`)
    events.push({ ...place, event, refused })
    refused = []
  }
  if (refused.length > 0) throw new Error(`refusals in ${refusedIn} belong to no batch`)
  return events
}
