import type { ComponentChildren } from 'preact'
import { wallet } from '../live/live.ts'
import { Money } from '../money/money.tsx'
import { network } from '../network/network.ts'
import { whenItClears } from './words.ts'

/** What one has, where it is and what that means. Follows each event. */
export function Balances() {
  const has = wallet.value
  if (!has) return <p aria-busy="true">Looking what you have…</p>
  return (
    <section aria-labelledby="balances-title">
      <h2 id="balances-title" class="hidden">
        What you have
      </h2>
      <p class="available">
        <strong>
          <Money of={has.available} />
        </strong>
        <span class="hint">available: to spend, to tip, to withdraw</span>
      </p>
      <dl class="balances">
        <Balance name="Pending" of={has.pending}>
          Earned, and not yet yours to spend. {network.value && whenItClears(network.value)}
        </Balance>
        <Balance name="Budget" of={has.budget}>
          Earned by seeing sponsored posts. Your likes, comments and shares give it to others; it cannot be
          withdrawn. What is left of it when the period ends goes to those whose posts you acted on.
        </Balance>
        <Balance name="Pledge" of={has.pledge}>
          Your own money, set aside for likes and comments when the budget is empty.
        </Balance>
        <Balance name="Withdrawing" of={has.withdrawing}>
          Asked for, and on its way to the next settlement on the chain.
        </Balance>
        {has.owed !== '0' && (
          <Balance name="Owed" of={has.owed}>
            It waits for you in the vault: granted for you to claim, or sent and refused by the token.{' '}
            <a href="/wallet/withdraw">Take it</a>.
          </Balance>
        )}
        <Balance name="Earned in all" of={has.earnedTotal}>
          Ever, before clearing fees, less what was taken back.
        </Balance>
      </dl>
    </section>
  )
}

function Balance({ name, of, children }: { name: string; of: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Money of={of} />
        <p class="hint">{children}</p>
      </dd>
    </div>
  )
}
