import { PARTS, type Part } from '../campaigns/price.ts'
import { percentOf, toNano } from '../money/amount.ts'
import { Money } from '../money/money.tsx'
import { network } from '../network/network.ts'
import { clearedOf, sharedLike, tipOf, viewOf } from './examples.ts'

const PRICE = '0.005'
const TIP = '1'

/** A view, a like and a tip, reckoned to the last place. */
export function Example() {
  const { split, rates, shareBps, fees } = network.value!
  const view = viewOf(PRICE, split)
  const shared = sharedLike(rates.like, shareBps)
  const like = clearedOf(toNano(rates.like), fees.clearingBps)
  const tip = tipOf(TIP, fees.tipBps)
  return (
    <>
      <h2>An example</h2>
      <p>
        A sponsor pays <Money of={PRICE} /> for a view:
      </p>
      <ul>
        {(Object.keys(PARTS) as Part[]).map((part) => (
          <li key={part}>
            <Money of={view[part]} /> {PARTS[part]} <span class="hint">({percentOf(split[part])} %)</span>
          </li>
        ))}
      </ul>
      <p>
        The viewer likes a post: <Money of={like.gross} /> go from their budget to its author, who has{' '}
        <Money of={like.net} /> of it when it has cleared, after a fee of <Money of={like.fee} />. Had
        somebody shared the post with the viewer, <Money of={shared.share} /> would be theirs and{' '}
        <Money of={shared.author} /> the author's, before that fee.
      </p>
      <p>
        The author tips <Money of={TIP} /> to another: <Money of={tip.arrives} /> arrive at once, and{' '}
        <Money of={tip.fee} /> are the fee.
      </p>
    </>
  )
}
