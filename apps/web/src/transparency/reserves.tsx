import type { ComponentChildren } from 'preact'
import { Money } from '../money/money.tsx'
import { Time } from '../shell/time.tsx'
import type { Transparency } from './compare.ts'

/** The books in sums, by the server's word. */
export function Reserves({ of }: { of: Transparency }) {
  return (
    <section aria-labelledby="reserves-title">
      <h2 id="reserves-title">What there is, and what is owed</h2>
      <dl class="sums">
        <Sum name="Reserves" of={of.reserves}>
          tokens in the vault on the chain
        </Sum>
        <Sum name="Liabilities" of={of.liabilities}>
          owed to members and to the platform
        </Sum>
        <Sum name="In flight" of={of.inFlight}>
          payouts of a settlement that is under way
        </Sum>
        <Sum name="Surplus" of={of.surplus}>
          tokens that nobody is owed
        </Sum>
      </dl>
      <p>Reserves are liabilities, in flight and surplus together, to the last unit.</p>
      <p class="hint">
        {of.block === null ? 'No block of the chain is booked yet' : `Booked up to block ${of.block}`},{' '}
        <Time at={of.asOf} />. {of.epoch !== null && `The latest settled epoch is number ${of.epoch}.`}
      </p>
    </section>
  )
}

function Sum({ name, of, children }: { name: string; of: string; children: ComponentChildren }) {
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
