import { Contract, type Provider } from 'ethers'
import type { Network } from '../network/network.ts'
import type { ChainLeaf, ChainState } from './chain-state.ts'

const LEAF =
  '(uint64 index, address account, uint128 authorised, uint128 spendable, uint128 held, uint128 payout, uint16 batch, uint128 deposited, bytes32 salt)'
// Of `ISettlementVault`; its artifact would bring the contract's code along.
const VAULT = [
  'function token() view returns (address)',
  'function head() view returns ((uint96 unpaid, uint40 validAt, uint40 lastActivation, uint32 number, uint8 active, bool pending, bool frozen, uint24 demands))',
  'function activeEpoch() view returns ((bytes32 root, bytes32 payoutRoot, uint128 gross, uint120 authorisedTotal, uint8 depth, uint128 depositsSeen, uint96 payoutTotal))',
  'function totals() view returns ((uint128 claimed, uint128 deposited, uint128 owed, uint128 exitPot))',
  'function outstanding() view returns (uint256)',
  `function leafHash(${LEAF} leaf) view returns (bytes32)`,
]
const TOKEN = ['function balanceOf(address) view returns (uint256)']

/** The vault and its tokens, all of one block. @param at a block's number, or the latest one */
export async function readChain(
  { chain }: Network,
  provider: Provider,
  at: number | 'latest' = 'latest',
): Promise<ChainState> {
  const block = at === 'latest' ? await provider.getBlockNumber() : at
  const vault = new Contract(chain.vault, VAULT, provider)
  const read = (name: string) => vault.getFunction(name).staticCall({ blockTag: block })
  const [token, head, epoch, totals, outstanding] = await Promise.all(
    ['token', 'head', 'activeEpoch', 'totals', 'outstanding'].map(read),
  ).catch((cause: unknown) => {
    throw new Error(
      `The node did not say how the vault stood at block ${block}: it may not keep it. Try again.`,
      { cause },
    )
  })
  return {
    block,
    token,
    reserves: await new Contract(token, TOKEN, provider)
      .getFunction('balanceOf')
      .staticCall(chain.vault, { blockTag: block }),
    outstanding,
    claimed: totals.claimed,
    number: Number(head.number),
    isFrozen: head.frozen,
    epoch: { root: epoch.root, gross: epoch.gross, depth: Number(epoch.depth) },
  }
}

/** What the vault itself makes of a leaf: 32 bytes as 0x-hex. */
export const hashOnChain = ({ chain }: Network, provider: Provider, leaf: ChainLeaf): Promise<string> =>
  new Contract(chain.vault, VAULT, provider).getFunction('leafHash').staticCall(leaf)

/** The vault's tokens and what was claimed from leaves by the end of a block; null where the node has not kept it. */
export async function reservesAt(
  { chain, asset }: Network,
  provider: Provider,
  blockTag: number,
): Promise<{ reserves: bigint; claimed: bigint } | null> {
  try {
    const [reserves, totals] = await Promise.all([
      new Contract(asset.address, TOKEN, provider)
        .getFunction('balanceOf')
        .staticCall(chain.vault, { blockTag }),
      new Contract(chain.vault, VAULT, provider).getFunction('totals').staticCall({ blockTag }),
    ])
    return { reserves, claimed: totals.claimed }
  } catch {
    return null
  }
}
