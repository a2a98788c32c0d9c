import { encodeTransfer } from '@rivulet/contracts'
import { isCallException } from 'ethers'
import type { Chain } from '../chain/chain.ts'
import type { Accepts } from './plan.ts'

/** Asks the token, without a transaction, whether it would move a payout out of the vault as things stand. */
export function acceptance({ provider, vault, token }: Pick<Chain, 'provider' | 'vault' | 'token'>): Accepts {
  return async ({ account, amount }) => {
    try {
      const answer = await provider.call({ from: vault, to: token, data: encodeTransfer(account, amount) })
      // As the vault judges: `true`, or nothing at all, as some old tokens have it.
      return answer === '0x' || BigInt(answer) === 1n
    } catch (error) {
      if (isCallException(error)) return false
      throw error
    }
  }
}
