import type { BlockTag, Provider } from 'ethers'
import { dollarContract } from './dollar.ts'
import { type Epoch, vaultContract } from './vault.ts'
import { readEpoch } from './vault-events.ts'

/** Where the vault stands; `ISettlementVault.Head`. Times in Unix seconds. */
export type Head = {
  unpaid: bigint
  validAt: number
  lastActivation: number
  /** The active epoch's number, 0 before the first. The next commit names `number + 1`. */
  number: number
  pending: boolean
  frozen: boolean
  /** Leaves of the pending epoch that were demanded and not shown yet: it can't be activated while there are any. */
  demands: number
}

/** Sums over all accounts; `ISettlementVault.Totals`, in token units. */
export type Totals = { claimed: bigint; deposited: bigint; owed: bigint; exitPot: bigint }

/** Everything a snapshot needs of the vault, all of one block. */
export type VaultState = {
  block: { number: number; hash: string; timestamp: number }
  token: string
  head: Head
  /** One bit per paid batch of the active epoch; bit 255 is always set. */
  executed: bigint
  totals: Totals
  active: Epoch
  pending: Epoch | null
  /** What the vault must hold, and what it holds. */
  outstanding: bigint
  reserves: bigint
  pausedUntil: number
}

/** What the vault knows of one account; `ISettlementVault.Account`, in token units and Unix seconds. */
export type AccountState = {
  claimed: bigint
  /** 0 without an open exit request. */
  exitDeadline: number
  exitIndex: bigint
  exitEpoch: number
  leftWithLeaf: boolean
  deposited: bigint
  firstAt: bigint
  exitPotTaken: bigint
  owed: bigint
}

/**
 * Reads the vault as of one block.
 *
 * @param blockTag A number, or a tag such as `finalized`; a tag is resolved once, so that all values are of one block.
 * @throws Error when the block isn't there, or holds no vault at this address.
 */
export async function readVault(vault: string, provider: Provider, blockTag: BlockTag): Promise<VaultState> {
  const block = await provider.getBlock(blockTag)
  if (block === null || block.hash === null) throw new Error(`no block ${blockTag}`)
  const at = { blockTag: block.number }
  const contract = vaultContract(vault, provider)
  const read = (name: string) => contract.getFunction(name).staticCall(at)

  const [token, head, executed, totals, active, outstanding, pausedUntil] = await Promise.all(
    ['token', 'head', 'executed', 'totals', 'activeEpoch', 'outstanding', 'pausedUntil'].map(read),
  )
  const [reserves, pending] = await Promise.all([
    dollarContract(token, provider).getFunction('balanceOf').staticCall(vault, at),
    head.pending ? read('pendingEpoch') : null,
  ])

  return {
    block: { number: block.number, hash: block.hash, timestamp: block.timestamp },
    token,
    head: {
      unpaid: head.unpaid,
      validAt: Number(head.validAt),
      lastActivation: Number(head.lastActivation),
      number: Number(head.number),
      pending: head.pending,
      frozen: head.frozen,
      demands: Number(head.demands),
    },
    executed,
    totals: {
      claimed: totals.claimed,
      deposited: totals.deposited,
      owed: totals.owed,
      exitPot: totals.exitPot,
    },
    active: readEpoch(active),
    pending: pending === null ? null : readEpoch(pending),
    outstanding,
    reserves,
    pausedUntil: Number(pausedUntil),
  }
}

/** Reads what the vault knows of `account`, as of one block (give a number where several reads belong together). */
export async function readAccount(
  vault: string,
  provider: Provider,
  blockTag: BlockTag,
  account: string,
): Promise<AccountState> {
  const contract = vaultContract(vault, provider)
  const [state, owed] = await Promise.all([
    contract.getFunction('accountOf').staticCall(account, { blockTag }),
    contract.getFunction('owed').staticCall(account, { blockTag }),
  ])
  return {
    claimed: state.claimed,
    exitDeadline: Number(state.exitDeadline),
    exitIndex: state.exitIndex,
    exitEpoch: Number(state.exitEpoch),
    leftWithLeaf: state.leftWithLeaf,
    deposited: state.deposited,
    firstAt: state.firstAt,
    exitPotTaken: state.exitPotTaken,
    owed,
  }
}
