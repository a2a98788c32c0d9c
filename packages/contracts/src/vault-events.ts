import type { Result } from 'ethers'
import { type Epoch, vaultInterface } from './vault.ts'

/** What the vault tells in its log. Addresses are checksummed, amounts in token units, times in Unix seconds. */
export type VaultEvent =
  | { name: 'Deposited'; account: string; payer: string; amount: bigint }
  | { name: 'EpochCommitted'; number: number; epoch: Epoch; validAt: number; dataHash: string }
  | { name: 'EpochActivated'; number: number }
  | { name: 'EpochVoided'; number: number; by: string }
  | { name: 'LeafDemanded'; number: number; account: string; index: bigint }
  | { name: 'DemandAnswered'; number: number; index: bigint }
  | { name: 'BatchExecuted'; number: number; index: number; total: bigint; refused: bigint }
  | { name: 'PayoutDeferred'; account: string; amount: bigint }
  | { name: 'Claimed'; account: string; to: string; amount: bigint }
  | { name: 'OwedClaimed'; account: string; to: string; amount: bigint }
  | { name: 'ExitRequested'; account: string; index: bigint; deadline: number }
  | { name: 'ExitResolved'; account: string }
  | { name: 'ExitModeEntered'; number: number; exitPot: bigint }
  | { name: 'Exited'; account: string; to: string; amount: bigint }
  | { name: 'SurplusWithdrawn'; to: string; amount: bigint; debit: string }
  | { name: 'Paused'; until: number }
  | { name: 'Unpaused' }

type EventName = VaultEvent['name']

const paid = (a: Result) => ({ account: a.account as string, to: a.to as string, amount: a.amount as bigint })

/** How each event's arguments become its fields. */
const readers: { [Name in EventName]: (args: Result) => Omit<Extract<VaultEvent, { name: Name }>, 'name'> } =
  {
    Deposited: (a) => ({ account: a.account, payer: a.payer, amount: a.amount }),
    EpochCommitted: (a) => ({
      number: Number(a.number),
      epoch: readEpoch(a.epoch),
      validAt: Number(a.validAt),
      dataHash: a.dataHash,
    }),
    EpochActivated: (a) => ({ number: Number(a.number) }),
    EpochVoided: (a) => ({ number: Number(a.number), by: a.by }),
    LeafDemanded: (a) => ({ number: Number(a.number), account: a.account, index: a.index }),
    DemandAnswered: (a) => ({ number: Number(a.number), index: a.index }),
    BatchExecuted: (a) => ({
      number: Number(a.number),
      index: Number(a.index),
      total: a.total,
      refused: a.refused,
    }),
    PayoutDeferred: (a) => ({ account: a.account, amount: a.amount }),
    Claimed: paid,
    OwedClaimed: paid,
    ExitRequested: (a) => ({ account: a.account, index: a.index, deadline: Number(a.deadline) }),
    ExitResolved: (a) => ({ account: a.account }),
    ExitModeEntered: (a) => ({ number: Number(a.number), exitPot: a.exitPot }),
    Exited: paid,
    SurplusWithdrawn: (a) => ({ to: a.to, amount: a.amount, debit: a.debit }),
    Paused: (a) => ({ until: Number(a.until) }),
    Unpaused: () => ({}),
  }

/** Topic hash of each event, for `eth_getLogs` filters. */
export const vaultTopics = Object.fromEntries(
  (Object.keys(readers) as EventName[]).map((name) => [name, vaultInterface.getEvent(name)!.topicHash]),
) as Record<EventName, string>

/**
 * The event in a log of the vault; `null` for what isn't in {@link VaultEvent} (changes of roles and of the outflow
 * limit). That the log's address is the vault's is for the caller to check.
 */
export function parseVaultEvent(log: { topics: readonly string[]; data: string }): VaultEvent | null {
  const parsed = vaultInterface.parseLog(log)
  if (parsed === null || !(parsed.name in readers)) return null
  const name = parsed.name as EventName
  return { name, ...readers[name](parsed.args) } as VaultEvent
}

/** An `Epoch` as ethers decodes it, in plain values. */
export function readEpoch(args: Result): Epoch {
  return {
    root: args.root,
    payoutRoot: args.payoutRoot,
    gross: args.gross,
    authorisedTotal: args.authorisedTotal,
    depth: Number(args.depth),
    depositsSeen: args.depositsSeen,
    payoutTotal: args.payoutTotal,
  }
}
