import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Listed } from '../lists/list.tsx'
import { useList } from '../lists/use-list.ts'
import { wallet } from '../live/live.ts'
import { Money } from '../money/money.tsx'
import { Time } from '../shell/time.tsx'
import { type Entry, FOR } from './entry-words.ts'
import { Receipt } from './receipt.tsx'

/** The statement: each movement of the member's accounts, and why it was. */
export function Entries() {
  const entries = useList('/v1/wallet/entries', {})
  const shownAt = useRef(wallet.value)
  // Before the first event nothing is known that could have changed.
  useEffect(() => {
    shownAt.current ??= wallet.value
  }, [wallet.value])
  const isOld = shownAt.current !== null && shownAt.current !== wallet.value

  async function refresh(): Promise<void> {
    shownAt.current = wallet.peek()
    await entries.refresh()
  }
  return (
    <section aria-labelledby="entries-title">
      <h2 id="entries-title">Statement</h2>
      {isOld && (
        <button type="button" class="secondary wide" onClick={refresh}>
          Something moved. Show it
        </button>
      )}
      <Listed of={entries} empty="Nothing has moved yet.">
        {(entry) => <Line key={entry.id} of={entry} />}
      </Listed>
    </section>
  )
}

function Line({ of: { stream, account, amount, balanceAfter, at, ref } }: { of: Entry }) {
  const isOpen = useSignal(false)
  return (
    <details
      class="entry folded"
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open
      }}
    >
      <summary>
        <span>{FOR[stream]}</span>
        <span class={amount.startsWith('-') ? 'out' : 'in'}>
          <Money of={amount} signed />
        </span>
        <small class="hint">
          {account}, then {balanceAfter} · <span class="why">why?</span>
        </small>
        <small class="hint">
          <Time at={at} />
        </small>
      </summary>
      {isOpen.value && <Receipt id={ref.id} />}
    </details>
  )
}
