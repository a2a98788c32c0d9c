import { wallet } from '../live/live.ts'
import { feeOf, fromNano, percentOf, toNano } from '../money/amount.ts'
import { Money } from '../money/money.tsx'
import { isPayable, isTooMuch } from '../money/spend.ts'
import { network } from '../network/network.ts'

/** What a tip costs, what of it arrives, and whether there is enough for it. */
export function TipSum({ amount }: { amount: string }) {
  const bps = network.value?.fees.tipBps
  if (bps === undefined || !isPayable(amount)) return null
  const whole = toNano(amount)
  const fee = feeOf(whole, bps)
  return (
    <>
      <dl class="sums">
        <dt>Fee, {percentOf(bps)} %</dt>
        <dd>
          <Money of={fromNano(fee)} />
        </dd>
        <dt>Arrives at once</dt>
        <dd>
          <strong>
            <Money of={fromNano(whole - fee)} />
          </strong>
        </dd>
      </dl>
      {isTooMuch(amount) && (
        <p class="trouble" role="alert">
          You have <Money of={wallet.value!.available} /> to spend. Tip less, or{' '}
          <a href="/wallet/deposit">deposit some</a>.
        </p>
      )}
    </>
  )
}
