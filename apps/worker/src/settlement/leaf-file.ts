import type { Place } from '@rivulet/contracts'
import { keccak256, toUtf8Bytes } from 'ethers'

/**
 * The file an epoch's commit names by hash: which leaf hash and sum stands at which index, and what each batch pays.
 * Anybody can rebuild the root from it; it tells nobody's balance to anybody else.
 *
 * One line each, in this order: `rivulet-leaves 1 <chain id> <vault> <epoch> <depth>`, then
 * `<index> <leaf hash> <sum>` by rising index, then `batch <index> <records>`. Lines end with a newline.
 */
export function leafFile(epoch: {
  chainId: bigint
  vault: string
  number: number
  depth: number
  /** By rising index. */
  places: readonly Place[]
  records: readonly string[]
}): string {
  const lines = [
    `rivulet-leaves 1 ${epoch.chainId} ${epoch.vault} ${epoch.number} ${epoch.depth}`,
    ...epoch.places.map(({ index, hash, sum }) => `${index} ${hash} ${sum}`),
    ...epoch.records.map((records, i) => `batch ${i} ${records}`),
  ]
  return `${lines.join('\n')}\n`
}

/** What goes into the commit: Keccak-256 of the file. */
export function leafFileHash(file: string): string {
  return keccak256(toUtf8Bytes(file))
}
