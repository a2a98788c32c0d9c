import { AbiCoder, keccak256, toUtf8Bytes } from 'ethers'
import type { World } from './world.ts'

/*
 * The root of an epoch, rebuilt from SQL and the contract's documentation alone: plain recursion over the whole tree,
 * ABI coding by ethers. Nothing of the packages that built it is used.
 */

/** A leaf as its row says it; money in token units. */
export type LeafRow = {
  index: bigint
  account: string
  authorised: bigint
  spendable: bigint
  held: bigint
  payout: bigint
  batch: number
  deposited: bigint
  salt: string
}

export type Node = { hash: string; sum: bigint }

const abi = AbiCoder.defaultAbiCoder()
const hashText = (text: string) => keccak256(toUtf8Bytes(text))
const twice = (data: string) => keccak256(keccak256(data))
const EMPTY: Node = { hash: `0x${'00'.repeat(32)}`, sum: 0n }

function domainOf(chainId: number, vault: string): string {
  return keccak256(
    abi.encode(
      ['bytes32', 'bytes32', 'bytes32', 'uint256', 'address'],
      [
        hashText('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'),
        hashText('SettlementVault'),
        hashText('1'),
        chainId,
        vault,
      ],
    ),
  )
}

function leafNode(domain: string, leaf: LeafRow): Node {
  const type =
    'Leaf(bytes32 domain,uint64 index,address account,uint128 authorised,uint128 spendable,uint128 held,uint128 payout,uint16 batch,uint128 deposited,bytes32 salt)'
  const { index, account, authorised, spendable, held, payout, batch, deposited, salt } = leaf
  return {
    hash: twice(
      abi.encode(
        [
          'bytes32',
          'bytes32',
          'uint64',
          'address',
          'uint128',
          'uint128',
          'uint128',
          'uint128',
          'uint16',
          'uint128',
          'bytes32',
        ],
        [hashText(type), domain, index, account, authorised, spendable, held, payout, batch, deposited, salt],
      ),
    ),
    sum: authorised + spendable + held,
  }
}

const half = ({ hash, sum }: Node) => hash.slice(2) + sum.toString(16).padStart(32, '0')

/** The node over places `from` to `from + 2^height`. */
function nodeOver(leaves: Map<bigint, Node>, height: number, from: bigint): Node {
  if (height === 0) return leaves.get(from) ?? EMPTY
  const left = nodeOver(leaves, height - 1, from)
  const right = nodeOver(leaves, height - 1, from + (1n << BigInt(height - 1)))
  return { hash: keccak256(`0x${half(left)}${half(right)}`), sum: left.sum + right.sum }
}

/** The top of an epoch's tree, from the leaves in the database. */
export async function rebuiltTop(
  world: World,
  epoch: { number: number; depth: number },
): Promise<{ top: Node; leaves: LeafRow[] }> {
  const { rows } = await world.pool.query<LeafRow>(
    'select * from epoch_leaves where epoch = $1 order by index',
    [epoch.number],
  )
  const domain = domainOf(world.chain.chainId, world.chain.vault)
  const places = new Map(rows.map((leaf) => [leaf.index, leafNode(domain, leaf)]))
  return { top: nodeOver(places, epoch.depth, 0n), leaves: rows }
}
