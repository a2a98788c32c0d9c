import { fromNano, percentOf } from '../money/amount.ts'
import { Money } from '../money/money.tsx'
import { network } from '../network/network.ts'
import { PARTS, type Part, splitPrice, viewsFor } from './price.ts'

/** What a budget buys, and where each view's price goes. @param budget nano, as `price` */
export function Plan({ budget, price }: { budget: bigint; price: bigint }) {
  const split = network.value!.split
  const parts = splitPrice(price, split)
  const views = viewsFor(budget, price)
  const rest = budget - views * price
  return (
    <div class="plan" role="status">
      <p>
        Buys <strong>{views.toLocaleString('en')}</strong> {views === 1n ? 'view' : 'views'}
        {rest > 0n && (
          <>
            , and <Money of={fromNano(rest)} /> stay over
          </>
        )}
        . Of the <Money of={fromNano(price)} /> of each:
      </p>
      <ul>
        {(Object.keys(PARTS) as Part[]).map((part) => (
          <li key={part}>
            <Money of={fromNano(parts[part])} /> {PARTS[part]}{' '}
            <span class="hint">({percentOf(split[part])} %)</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
