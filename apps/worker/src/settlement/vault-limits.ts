import { encodeTransfer, readVault, type VaultState, vaultContract } from '@rivulet/contracts'
import { isCallException } from 'ethers'
import type { Chain } from '../chain/chain.ts'

type Vault = Pick<Chain, 'provider' | 'vault' | 'token'>

/**
 * Whether the token moves anything at all for the vault: asked as the vault itself asks, with a transfer of nothing to
 * itself. Where it does, a batch goes through whoever refuses it; where it does not, one that nobody takes reverts.
 */
export async function tokenMoves({ provider, vault, token }: Vault): Promise<boolean> {
  try {
    const answer = await provider.call({ from: vault, to: token, data: encodeTransfer(vault, 0n) })
    // As the vault judges: `true`, or nothing at all, as some old tokens have it.
    return answer === '0x' || BigInt(answer) === 1n
  } catch (error) {
    if (isCallException(error)) return false
    throw error
  }
}

/**
 * The most the next epoch may pay, in token units: the greater of the vault's floor and its share of what the vault is
 * sure to hold when the epoch is committed. The vault looks again then, so nothing that others can do until then may
 * lower it: claim, collect what is owed, take out surplus, lose deposits that are not final, or apply a limit that is proposed.
 */
export async function readOutflowLimit({ provider, vault }: Vault): Promise<bigint> {
  const states = await Promise.all(['latest', 'finalized'].map((block) => readVault(vault, provider, block)))
  const sure = states.map(sureReserves).reduce(smaller)
  const { inForce, proposed } = await vaultContract(vault, provider).getFunction('outflowLimit').staticCall()
  const limits = proposed.validAt === 0n ? [inForce] : [inForce, proposed]
  return limits.map(({ floor, bps }) => larger(floor, (sure * bps) / 10_000n)).reduce(smaller)
}

/** What the vault holds at least from that block on, as long as it pays no batch. */
function sureReserves({ reserves, outstanding, totals, active }: VaultState): bigint {
  const claimable = active.authorisedTotal - totals.claimed
  return larger(smaller(reserves, outstanding) - totals.owed - claimable, 0n)
}

const smaller = (a: bigint, b: bigint) => (a < b ? a : b)
const larger = (a: bigint, b: bigint) => (a > b ? a : b)
