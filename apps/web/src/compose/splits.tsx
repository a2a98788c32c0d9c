import type { Signal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { bpsOf } from './tags-of.ts'

/** Who shares what a post earns, and how much of it, as it was typed. */
export type Split = { who: string; percent: string }

/**
 * The splits as the API takes them: members by id, parts in basis points.
 * @throws Error, ProblemError when one is of nobody, or no percentage
 */
export async function splitsOf(splits: Split[]): Promise<{ memberId: string; bps: number }[]> {
  return Promise.all(
    splits
      .filter(({ who }) => who.trim() !== '')
      .map(async ({ who, percent }) => {
        const bps = bpsOf(percent)
        if (bps === null) throw new Error(`Write the part of ${who} as a percentage, like 25 or 12.5.`)
        const id = who.trim().replace(/^@/, '')
        return { memberId: ok(await api.GET('/v1/members/{id}', { params: { path: { id } } })).id, bps }
      }),
  )
}

/** Members with whom what a post earns is shared. */
export function Splits({ of }: { of: Signal<Split[]> }) {
  const change = (at: number, part: Partial<Split>) => {
    of.value = of.value.map((split, place) => (place === at ? { ...split, ...part } : split))
  }
  return (
    <details>
      <summary>Share what it earns</summary>
      <p class="hint">
        The rest is yours. Whoever you name has to have agreed to it, on your page: “Let them share with me”.
      </p>
      {of.value.map(({ who, percent }, at) => (
        <fieldset key={at} class="inline">
          <input
            aria-label="Member"
            placeholder="handle or address"
            value={who}
            onInput={({ currentTarget }) => change(at, { who: currentTarget.value })}
          />
          <input
            aria-label="Percent"
            inputMode="decimal"
            placeholder="%"
            value={percent}
            onInput={({ currentTarget }) => change(at, { percent: currentTarget.value })}
          />
        </fieldset>
      ))}
      <button
        type="button"
        class="secondary"
        onClick={() => {
          of.value = [...of.value, { who: '', percent: '' }]
        }}
      >
        Add a member
      </button>
    </details>
  )
}
