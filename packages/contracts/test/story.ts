import { ZeroHash } from 'ethers'
import { batchHash, type Payout, packPayouts } from '../src/batch.ts'
import { type DeployOptions, deployContracts } from '../src/deploy.ts'
import { dollarContract } from '../src/dollar.ts'
import { domainSeparator } from '../src/domain.ts'
import { type Leaf, leafHash, leafSum } from '../src/leaf.ts'
import { buildPayoutTree, type PayoutTree } from '../src/payout-tree.ts'
import { buildSumTree, type SumTree } from '../src/sum-tree.ts'
import { type Epoch, encodeActivate, encodeCommit } from '../src/vault.ts'
import { parseVaultRevert, type VaultRevert } from '../src/vault-errors.ts'
import { parseVaultEvent, type VaultEvent } from '../src/vault-events.ts'
import { type Chain, startChain } from './chain.ts'

/** Whose key is which. The owner deploys, owns the token and is the vault's admin. */
const people = ['owner', 'operator', 'guardian', 'treasurer', 'alice', 'bob', 'carol'] as const
export type Person = (typeof people)[number]

/** A leaf tree and its batches, ready to be committed. */
export type Plan = { leaves: Leaf[]; tree: SumTree; records: string[]; payouts: PayoutTree; epoch: Epoch }

export const SENTINEL = 1n << 255n

/** A chain with a vault on it, and what the stories do there. */
export type Story = Awaited<ReturnType<typeof tellStory>>

export async function tellStory(options: Partial<DeployOptions> = {}) {
  const chain: Chain = await startChain()
  const wallet = (who: Person) => chain.wallets[people.indexOf(who)]!
  const address = (who: Person) => wallet(who).address
  const { token, vault } = await deployContracts(wallet('owner'), {
    admin: address('owner'),
    operator: address('operator'),
    guardian: address('guardian'),
    treasurer: address('treasurer'),
    ...options,
  })
  const domain = domainSeparator(31337, vault)

  /** Sends and waits; answers with the vault's events. A revert throws, with its data, before anything is sent. */
  async function send(from: Person, to: string, data: string): Promise<VaultEvent[]> {
    await chain.provider.call({ from: address(from), to, data })
    const sent = await wallet(from).sendTransaction({ to, data, gasLimit: 5_000_000 })
    const receipt = await chain.mined(sent.hash)
    return receipt.logs.filter((log) => log.address === vault).flatMap((log) => parseVaultEvent(log) ?? [])
  }

  /** The vault's error for a call that nobody sends; `null` when the call would go through. */
  async function refusal(from: Person, data: string): Promise<VaultRevert | null> {
    try {
      await chain.provider.call({ from: address(from), to: vault, data })
      return null
    } catch (error) {
      const revert = parseVaultRevert(error)
      if (revert === null) throw error
      return revert
    }
  }

  function leaf(who: Person, index: bigint, amounts: Partial<Leaf>): Leaf {
    const nothing = { authorised: 0n, spendable: 0n, held: 0n, payout: 0n, batch: 0, deposited: 0n }
    return { index, account: address(who), salt: `0x${'5a'.repeat(32)}`, ...nothing, ...amounts }
  }

  /** The epoch `number` of these leaves (by rising index) and batches. */
  function plan(number: number, depth: number, leaves: Leaf[], batches: Payout[][] = []): Plan {
    const tree = buildSumTree(
      leaves.map((l) => ({ index: l.index, hash: leafHash(domain, l), sum: leafSum(l) })),
      depth,
    )
    const records = batches.map(packPayouts)
    const payouts = buildPayoutTree(records.map((r, i) => batchHash(domain, number, i, r)))
    const sum = (of: 'authorised' | 'deposited' | 'payout') => leaves.reduce((all, l) => all + l[of], 0n)
    const epoch = {
      root: tree.root,
      payoutRoot: payouts.root,
      gross: tree.total,
      authorisedTotal: sum('authorised'),
      depth,
      depositsSeen: sum('deposited'),
      payoutTotal: sum('payout'),
    }
    return { leaves, tree, records, payouts, epoch }
  }

  function commitData(number: number, { epoch }: Plan, expectedExecuted = SENTINEL): string {
    return encodeCommit({ epoch, number, expectedExecuted, dataHash: ZeroHash })
  }

  /** Commits and activates; for vaults without a challenge delay. */
  async function settle(number: number, planned: Plan, expectedExecuted?: bigint): Promise<void> {
    await send('operator', vault, commitData(number, planned, expectedExecuted))
    await send('operator', vault, encodeActivate())
  }

  return {
    ...{ chain, token, vault, domain, wallet, address, send, refusal, leaf, plan, commitData, settle },
    balance: (of: string): Promise<bigint> =>
      dollarContract(token, chain.provider).getFunction('balanceOf')(of),
    stop: () => chain.stop(),
  }
}
