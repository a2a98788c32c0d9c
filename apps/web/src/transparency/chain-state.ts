import type { components } from '@rivulet/sdk'

export type LeafProof = components['schemas']['LeafProof']
export type ChainLeaf = LeafProof['leaf']

/** The vault as the chain has it, all of one block. Amounts are in units of the token. */
export type ChainState = {
  block: number
  token: string
  reserves: bigint
  /** What the vault must hold, by its own account. */
  outstanding: bigint
  /** Taken from leaves so far. */
  claimed: bigint
  /** The active epoch, 0 before the first. */
  number: number
  isFrozen: boolean
  epoch: { root: string; gross: bigint; depth: number }
}
