import { useEffect } from 'preact/hooks'
import { useList } from '../lists/use-list.ts'
import { wallet } from '../live/live.ts'
import { AutoWithdrawal } from './auto-withdrawal.tsx'
import { Collect } from './collect.tsx'
import { WithdrawForm } from './withdraw-form.tsx'
import { WithdrawalList } from './withdrawal-list.tsx'

/** Money out of the vault: asked for, looked at, taken, or sent by itself. */
export function Withdraw() {
  const withdrawals = useList('/v1/wallet/withdrawals', {})
  const { isLoading, refresh } = withdrawals
  const { withdrawing, owed } = wallet.value ?? {}
  // What was told while the stream was away is told by the balances after it.
  useEffect(() => {
    if (!isLoading) refresh()
  }, [withdrawing, owed])
  return (
    <>
      <WithdrawForm onAsked={(asked) => withdrawals.change((all) => [asked, ...all])} />
      <Collect withdrawals={withdrawals.items} />
      <WithdrawalList of={withdrawals} />
      <AutoWithdrawal />
    </>
  )
}
