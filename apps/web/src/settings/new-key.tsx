import { useSignal } from '@preact/signals'
import { type components, ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { isAmount } from '../money/amount.ts'
import { network } from '../network/network.ts'
import { Trouble } from '../shell/trouble.tsx'

type Scope = components['schemas']['ApiKey']['scopes'][number]

const SCOPES: Record<Scope, string> = {
  read: 'read what I can read',
  post: 'write posts',
  act: 'like, repost, follow',
  pay: 'spend my money',
}
const DAY_MS = 86_400_000

/** Makes an API key. @param onMade called with its secret, which nobody can tell again */
export function NewKey({ onMade }: { onMade: (secret: string) => void }) {
  const name = useSignal('')
  const scopes = useSignal<Scope[]>(['read'])
  const limit = useSignal('')
  const days = useSignal('90')
  const isBusy = useSignal(false)
  const refused = useSignal<unknown>(undefined)

  async function make(event: Event): Promise<void> {
    event.preventDefault()
    isBusy.value = true
    refused.value = undefined
    try {
      const expiresAt = new Date(Date.now() + Number(days.value) * DAY_MS).toISOString()
      const body = {
        ...{ name: name.value.trim(), scopes: scopes.value },
        ...(limit.value.trim() === '' ? {} : { dailySpendLimit: limit.value.trim() }),
        ...(days.value === '' ? {} : { expiresAt }),
      }
      onMade(ok(await api.POST('/v1/keys', { body })).key)
      name.value = ''
    } catch (error) {
      refused.value = error
    }
    isBusy.value = false
  }

  const isLimitWrong = limit.value.trim() !== '' && !isAmount(limit.value.trim())
  return (
    <details>
      <summary>Make a key</summary>
      <form onSubmit={make}>
        <label>
          What is it for?
          <input
            required
            maxLength={50}
            value={name.value}
            onInput={({ currentTarget }) => {
              name.value = currentTarget.value
            }}
          />
        </label>
        <fieldset>
          <legend>It may</legend>
          {(Object.keys(SCOPES) as Scope[]).map((scope) => (
            <label key={scope}>
              <input
                type="checkbox"
                checked={scopes.value.includes(scope)}
                onChange={({ currentTarget }) => {
                  const others = scopes.value.filter((one) => one !== scope)
                  scopes.value = currentTarget.checked ? [...others, scope] : others
                }}
              />
              {SCOPES[scope]}
            </label>
          ))}
        </fieldset>
        {scopes.value.includes('pay') && (
          <label>
            At most on a day, in {network.value?.asset.symbol}
            <input
              inputMode="decimal"
              placeholder="no limit"
              value={limit.value}
              aria-invalid={isLimitWrong || undefined}
              onInput={({ currentTarget }) => {
                limit.value = currentTarget.value
              }}
            />
          </label>
        )}
        <label>
          For how long?
          <select
            value={days.value}
            onChange={({ currentTarget }) => {
              days.value = currentTarget.value
            }}
          >
            <option value="7">a week</option>
            <option value="90">90 days</option>
            <option value="365">a year</option>
            <option value="">until I revoke it</option>
          </select>
        </label>
        {refused.value !== undefined && <Trouble error={refused.value} />}
        <button
          type="submit"
          aria-busy={isBusy.value}
          disabled={isBusy.value || scopes.value.length === 0 || isLimitWrong}
        >
          Make the key
        </button>
      </form>
    </details>
  )
}
