import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { network } from '../network/network.ts'
import { isAmount } from './amount.ts'

type Props = { label: ComponentChildren; amount: Signal<string>; hint?: ComponentChildren; name?: string }

/** Where an amount is written, in the asset. Says so when it is none. */
export function AmountField({ label, amount, hint, name = 'amount' }: Props) {
  const isWrong = amount.value !== '' && !isAmount(amount.value)
  return (
    <label>
      {label} <span class="hint">in {network.value?.asset.symbol}</span>
      <input
        name={name}
        inputMode="decimal"
        autocomplete="off"
        required
        value={amount.value}
        {...(isWrong ? { 'aria-invalid': true } : {})}
        onInput={({ currentTarget }) => {
          amount.value = currentTarget.value.trim().replace(',', '.')
        }}
      />
      {isWrong ? (
        <small>Write digits and a point: 2.5. Nine places at most.</small>
      ) : (
        hint && <small>{hint}</small>
      )}
    </label>
  )
}
