import { MEMBER_ACCOUNTS, type Wallet } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { AmountOut } from '../http/schemas.ts'

export const WalletAnswer = z
  .object({
    available: AmountOut.meta({ description: 'Free to spend, tip and withdraw.' }),
    pending: AmountOut.meta({ description: 'Earned; waits for its period to close and its hold to pass.' }),
    budget: AmountOut.meta({ description: 'Earned by attention, spent by likes.' }),
    pledge: AmountOut.meta({ description: 'Own money set aside for likes.' }),
    withdrawing: AmountOut.meta({ description: 'Requested, and not yet taken by an epoch.' }),
    owed: AmountOut.meta({ description: 'Paid out and refused by the token: collect it from the vault.' }),
    earnedTotal: AmountOut.meta({
      description: 'Ever earned, before clearing fees, less what was reversed.',
    }),
  })
  .meta({ id: 'Wallet' })

export function presentWallet(wallet: Wallet): z.infer<typeof WalletAnswer> {
  const accounts = MEMBER_ACCOUNTS.map((account) => [account, formatAmount(wallet[account])])
  return {
    ...(Object.fromEntries(accounts) as Omit<z.infer<typeof WalletAnswer>, 'earnedTotal'>),
    earnedTotal: formatAmount(wallet.earnedTotal),
  }
}
