import { Listed } from '../lists/list.tsx'
import { quietly } from '../lists/quietly.ts'
import type { List } from '../lists/use-list.ts'
import { Money } from '../money/money.tsx'
import { Time } from '../shell/time.tsx'
import { TxHash } from './tx-hash.tsx'
import type { Deposit } from './use-deposits.ts'

/** What was deposited, also what is not final yet. */
export function DepositList({ of }: { of: List<Deposit> }) {
  return (
    <section aria-labelledby="deposits-title">
      <h3 id="deposits-title">Your deposits</h3>
      <Listed of={quietly(of)} empty="None yet.">
        {({ amount, status, txHash, at }) => (
          <article key={txHash} class="line">
            <strong>
              <Money of={amount} />
            </strong>
            <span>{status === 'available' ? 'Available' : 'Pending: its block is not final yet'}</span>
            <Time at={at} />
            <TxHash hash={txHash} />
          </article>
        )}
      </Listed>
    </section>
  )
}
