import type { Signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'

type Written = {
  label: string
  name: string
  of: Signal<string>
  required?: boolean
  maxLength?: number
}
type Line = Written & {
  hint?: ComponentChildren
  placeholder?: string
  inputMode?: 'url' | 'numeric' | 'decimal'
  /** What the browser asks for before it sends, and in words what that is. */
  pattern?: string
  title?: string
}

/** Where a line is written. */
export function Field({ label, of, hint, ...rest }: Line) {
  return (
    <label>
      {label}
      <input
        {...rest}
        autocomplete="off"
        value={of.value}
        onInput={({ currentTarget }) => {
          of.value = currentTarget.value
        }}
      />
      {hint && <small>{hint}</small>}
    </label>
  )
}

/** Where some lines are written. */
export function LongField({ label, of, ...rest }: Written) {
  return (
    <label>
      {label}
      <textarea
        {...rest}
        rows={3}
        value={of.value}
        onInput={({ currentTarget }) => {
          of.value = currentTarget.value
        }}
      />
    </label>
  )
}
