import type { Chain } from '../outside/chain.ts'
import { decimalOf, nanoOf } from '../outside/decimal.ts'
import type { Member, WalletAnswer } from '../outside/member.ts'
import { until } from '../outside/until.ts'

export type Paid = { name: string; amount: bigint; epoch: number; txHash: string }

type Withdrawal = { id: string; status: string; txHash: string | null; epoch: number | null }

/** Withdraws all a member has, but what the token cannot carry, and waits until it is final on the chain. */
export async function withdrawAll(member: Member, chain: Chain): Promise<Paid> {
  const available = nanoOf((await member.call<WalletAnswer>('GET', '/v1/wallet')).available)
  const amount = available - (available % chain.nanoInUnit)
  const { id } = await member.call<Withdrawal>('POST', '/v1/wallet/withdrawals', {
    amount: decimalOf(amount),
  })
  return until(
    `the withdrawal of ${member.name} is final`,
    async () => {
      const now = await member.call<Withdrawal>('GET', `/v1/wallet/withdrawals/${id}`)
      if (['cancelled', 'owed', 'refunded'].includes(now.status)) throw new Error(`it is ${now.status}`)
      if (now.status !== 'confirmed' || now.epoch === null || now.txHash === null) return undefined
      return { name: member.name, amount, epoch: now.epoch, txHash: now.txHash }
    },
    { everyMs: 250 },
  )
}
