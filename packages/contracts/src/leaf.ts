import { toUtf8Bytes } from 'ethers'
import { fromHex, keccak, putUint, toHex } from './bytes.ts'

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
  const words = new Uint8Array(11 * 32)
  words.set(leafTypeHash, 0)
  words.set(fromHex(domainSeparator, 32), 32)
  word(words, 2, leaf.index, 64)
  words.set(fromHex(leaf.account, 20), 3 * 32 + 12)
  word(words, 4, leaf.authorised, 128)
  word(words, 5, leaf.spendable, 128)
  word(words, 6, leaf.held, 128)
  word(words, 7, leaf.payout, 128)
  word(words, 8, BigInt(leaf.batch), 16)
  word(words, 9, leaf.deposited, 128)
  words.set(fromHex(leaf.salt, 32), 10 * 32)
  return toHex(keccak(keccak(words)))
}

function word(words: Uint8Array, at: number, value: bigint, bits: number): void {
  putUint(words, at * 32, 32, value, bits)
}
