import { climb, domainSeparator, type Leaf, leafHash, leafSum, STEP } from '@rivulet/contracts/proof'
import { fromUnits } from '../money/amount.ts'
import type { ChainState, LeafProof } from './chain-state.ts'

/** What the page knows by itself and by the chain. */
export type Known = {
  /** Whose leaf it must be. */
  account: string
  chainId: number
  vault: string
  chain: ChainState
  /** What the vault itself makes of the leaf: 32 bytes as 0x-hex. */
  hashOnChain: string
  decimals: number
  symbol: string
}

export type Step = { id: 'leaf' | 'path' | 'root' | 'sum' | 'reserves'; isOk: boolean; text: string }

/**
 * Checks a member's own leaf, all of it here: hashes it, climbs its path, and compares what is at the top with what the
 * vault has. Nothing that the server says of the epoch is believed.
 */
export function verifyProof(told: LeafProof, known: Known): Step[] {
  const { chain } = known
  const inWords = (units: bigint) => `${fromUnits(units, known.decimals)} ${known.symbol}`
  const leaf = leafOf(told)
  const hash = leaf && hashOf(known, leaf)
  const isOwn = told.leaf.account.toLowerCase() === known.account.toLowerCase()
  const isOfVault = told.chainId === known.chainId && told.vault.toLowerCase() === known.vault.toLowerCase()
  const top =
    leaf && hash && isAsLong(told.proof, chain.epoch.depth) ? climbFrom(leaf, hash, told.proof) : null
  const isRoot = top?.root === chain.epoch.root.toLowerCase() && told.epoch === chain.number
  const isSum = top !== null && top.total === chain.epoch.gross
  const owed = chain.epoch.gross <= chain.claimed ? 0n : chain.epoch.gross - chain.claimed
  return [
    {
      id: 'leaf',
      isOk: isOwn && isOfVault && hash === known.hashOnChain.toLowerCase(),
      text: !isOwn
        ? 'The leaf is not of your address.'
        : isOfVault
          ? `Your leaf, hashed here, is ${short(hash)}; hashed by the vault it is ${short(known.hashOnChain)}.`
          : 'The leaf is of another vault.',
    },
    {
      id: 'path',
      isOk: top !== null && top.root === told.root.toLowerCase(),
      text: top
        ? `Its path of ${chain.epoch.depth} steps leads to ${short(top.root)}; the server says ${short(told.root)}.`
        : `Its path does not lead to a root in ${chain.epoch.depth} steps.`,
    },
    {
      id: 'root',
      isOk: isRoot,
      text: `The root of epoch ${chain.number} on the chain is ${short(chain.epoch.root)}; the proof is of epoch ${told.epoch}.`,
    },
    {
      id: 'sum',
      isOk: isSum,
      text: `The path adds up to ${top ? inWords(top.total) : 'nothing'}; the epoch on the chain owes ${inWords(chain.epoch.gross)} in all.`,
    },
    {
      id: 'reserves',
      isOk: chain.reserves >= chain.outstanding && chain.reserves >= owed,
      text: `The vault holds ${inWords(chain.reserves)} and must hold ${inWords(chain.outstanding)}, by the chain at block ${chain.block}.`,
    },
  ]
}

/** The leaf in numbers; null where a field is none. */
function leafOf({ leaf }: LeafProof): Leaf | null {
  try {
    return {
      ...{ index: BigInt(leaf.index), account: leaf.account, batch: leaf.batch, salt: leaf.salt },
      authorised: BigInt(leaf.authorised),
      spendable: BigInt(leaf.spendable),
      held: BigInt(leaf.held),
      payout: BigInt(leaf.payout),
      deposited: BigInt(leaf.deposited),
    }
  } catch {
    return null
  }
}

function hashOf({ chainId, vault }: Pick<Known, 'chainId' | 'vault'>, leaf: Leaf): string | null {
  try {
    return leafHash(domainSeparator(chainId, vault), leaf)
  } catch {
    return null
  }
}

function climbFrom(leaf: Leaf, hash: string, proof: string): { root: string; total: bigint } | null {
  try {
    return climb({ index: leaf.index, hash, sum: leafSum(leaf) }, proof)
  } catch {
    return null
  }
}

/** Whether a proof has a step for each level: 48 bytes in hex, behind `0x`. */
const isAsLong = (proof: string, depth: number): boolean => proof.length === 2 + 2 * STEP * depth

const short = (hash: string | null): string => (hash ? `${hash.slice(0, 10)}…${hash.slice(-6)}` : 'nothing')
