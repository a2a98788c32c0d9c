import { toUtf8Bytes } from 'ethers'
import { fromHex, keccak, toHex } from './bytes.ts'
import { encodeLeaf, putWords } from './leaf-bytes.ts'

/**
 * What an epoch says of one account; `ISettlementVault.Leaf`. Amounts are in token units.
 *
 * `authorised + spendable + held` is what the tree counts. `payout` is paid by batch number `batch` (0 to 254) and is
 * in none of the three.
 */
export type Leaf = {
  /** Permanent place of the account, below 2^40. */
  index: bigint
  account: string
  /** Everything ever granted for claiming; never falls. */
  authorised: bigint
  /** Available and pledge: what a forced exit asks for. */
  spendable: bigint
  /** What would still become the account's; paid in exit mode only. */
  held: bigint
  payout: bigint
  batch: number
  /** All deposits of the account that the ledger has credited; never falls. */
  deposited: bigint
  /** 32 bytes as 0x-hex; keeps neighbours from guessing the leaf from its hash. */
  salt: string
}

const leafTypeHash = keccak(
  toUtf8Bytes(
    'Leaf(bytes32 domain,uint64 index,address account,uint128 authorised,uint128 spendable,uint128 held,' +
      'uint128 payout,uint16 batch,uint128 deposited,bytes32 salt)',
  ),
)

/** What a leaf counts in the tree, in token units. */
export function leafSum(leaf: Leaf): bigint {
  return leaf.authorised + leaf.spendable + leaf.held
}

/**
 * A leaf's hash, as `SettlementVault.leafHash` computes it: keccak-256 twice over
 * `abi.encode(typehash, domainSeparator, leaf)`.
 *
 * @param domainSeparator See `domainSeparator` in `domain.ts`.
 * @throws RangeError for a field that its Solidity type can't hold.
 */
export function leafHash(domainSeparator: string, leaf: Leaf): string {
  return toHex(leafHasher(domainSeparator)(encodeLeaf(leaf)))
}

/** `leafHash` for many leaves of one vault: of what `encodeLeaf` wrote, as 32 bytes. */
export function leafHasher(domainSeparator: string): (leaf: Uint8Array) => Uint8Array {
  const words = new Uint8Array(11 * 32)
  words.set(leafTypeHash, 0)
  words.set(fromHex(domainSeparator, 32), 32)
  return (leaf) => {
    putWords(words, leaf)
    return keccak(keccak(words))
  }
}
