import type { Signal } from '@preact/signals'

/** How money leaves the vault. */
export function LaneField({ lane }: { lane: Signal<'push' | 'pull'> }) {
  return (
    <label>
      How
      <select
        name="lane"
        value={lane.value}
        onChange={({ currentTarget }) => {
          lane.value = currentTarget.value as 'push' | 'pull'
        }}
      >
        <option value="push">Sent to your wallet, at no cost to you</option>
        <option value="pull">Granted, for you to claim from the vault when you like: you pay the gas</option>
      </select>
    </label>
  )
}
