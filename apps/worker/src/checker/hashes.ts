import { keccak256, toUtf8Bytes } from 'ethers'

/*
 * Hashes of the vault, from the documentation of ISettlementVault and nothing else: 32-byte words of ABI coding, leaves
 * and batches hashed twice, a node keccak(left hash ‖ left sum ‖ right hash ‖ right sum) with sums of 16 bytes, an empty
 * place all zero; the batches' tree has its pairs in order of size, and who has no partner moves up.
 */

const text = (s: string) => keccak256(toUtf8Bytes(s)).slice(2)
const word = (value: bigint) => value.toString(16).padStart(64, '0')
const address = (value: string) => value.slice(2).toLowerCase().padStart(64, '0')
const twice = (hex: string) => keccak256(keccak256(`0x${hex}`))

const DOMAIN = text('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)')
const LEAF = text(
  'Leaf(bytes32 domain,uint64 index,address account,uint128 authorised,uint128 spendable,uint128 held,uint128 payout,uint16 batch,uint128 deposited,bytes32 salt)',
)
const BATCH = text('Batch(bytes32 domain,uint32 number,uint256 index,bytes32 records)')

/** What ties hashes to one vault on one chain (EIP-712). */
export function domainOf(chainId: bigint, vault: string): string {
  return keccak256(`0x${DOMAIN}${text('SettlementVault')}${text('1')}${word(chainId)}${address(vault)}`)
}

/** A leaf, as the checker expects it; amounts in token units. */
export type ExpectedLeaf = {
  index: bigint
  account: string
  authorised: bigint
  spendable: bigint
  held: bigint
  payout: bigint
  batch: number
  deposited: bigint
}

export function leafHashOf(domain: string, leaf: ExpectedLeaf, salt: string): string {
  const { index, account, authorised, spendable, held, payout, batch, deposited } = leaf
  const amounts = [authorised, spendable, held, payout, BigInt(batch), deposited].map(word).join('')
  return twice(`${LEAF}${domain.slice(2)}${word(index)}${address(account)}${amounts}${salt.slice(2)}`)
}

export function batchHashOf(domain: string, epoch: number, index: number, records: string): string {
  const words = `${word(BigInt(epoch))}${word(BigInt(index))}${keccak256(records).slice(2)}`
  return twice(`${BATCH}${domain.slice(2)}${words}`)
}

type Node = { place: bigint; hash: string; sum: bigint }

/** Root and sum over places by rising index, in a tree of that depth. */
export function topOf(places: readonly { index: bigint; hash: string; sum: bigint }[], depth: number) {
  const half = ({ hash, sum }: { hash: string; sum: bigint }) =>
    hash.slice(2) + sum.toString(16).padStart(32, '0')
  let empty = { hash: `0x${'00'.repeat(32)}`, sum: 0n }
  let level: Node[] = places.map(({ index, hash, sum }) => ({ place: index, hash, sum }))
  for (let height = 0; height < depth; height++) {
    const above: Node[] = []
    for (let i = 0; i < level.length; i++) {
      const one = level[i]!
      const isRight = one.place % 2n === 1n
      const next = level[i + 1]
      const partner = !isRight && next?.place === one.place + 1n ? next : empty
      if (partner === next) i++
      const [left, right] = isRight ? [empty, one] : [one, partner]
      above.push({
        place: one.place / 2n,
        hash: keccak256(`0x${half(left)}${half(right)}`),
        sum: left.sum + right.sum,
      })
    }
    empty = { hash: keccak256(`0x${half(empty)}${half(empty)}`), sum: 0n }
    level = above
  }
  return level[0] ?? { place: 0n, ...empty }
}

/** Root over the hashes of batches; zero when there are none. */
export function payoutRootOf(hashes: readonly string[]): string {
  let level = hashes
  while (level.length > 1) {
    const above: string[] = []
    for (let i = 0; i < level.length; i += 2) {
      const pair = level.slice(i, i + 2).sort()
      above.push(pair.length === 1 ? pair[0]! : keccak256(`0x${pair[0]!.slice(2)}${pair[1]!.slice(2)}`))
    }
    level = above
  }
  return level[0] ?? `0x${'00'.repeat(32)}`
}
