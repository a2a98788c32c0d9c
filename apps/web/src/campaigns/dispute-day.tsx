import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { useMemo } from 'preact/hooks'
import { api } from '../api/client.ts'
import { newIntent } from '../api/intent.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useDeed } from '../shell/use-deed.ts'
import { LongField } from './field.tsx'

type Props = { id: string; day: string; done: () => void }

/** A day's views are doubted: an operator looks at it. */
export function DisputeDay({ id, day, done }: Props) {
  const isOpen = useSignal(false)
  const reason = useSignal('')
  const deed = useDeed()
  const intent = useMemo(() => newIntent(), [])

  async function doubt(event: Event): Promise<void> {
    event.preventDefault()
    const body = { day, reason: reason.value.trim() }
    await deed.run(async () => {
      try {
        const params = { path: { id }, header: { 'idempotency-key': intent.keyOf(body) } }
        ok(await api.POST('/v1/campaigns/{id}/disputes', { body, params }))
        intent.end()
      } catch (error) {
        intent.end(error)
        throw error
      }
      tell(`An operator looks at ${day}. What they void comes back to you.`)
      done()
    })
  }

  if (!isOpen.value)
    return (
      <button
        type="button"
        class="quiet"
        aria-label={`Doubt ${day}`}
        onClick={() => {
          isOpen.value = true
        }}
      >
        Doubt
      </button>
    )
  return (
    <form onSubmit={doubt} class="doubt">
      <LongField label={`What is wrong with ${day}?`} name="reason" of={reason} required maxLength={1_000} />
      {deed.error !== undefined && <Trouble error={deed.error} />}
      <button type="submit" aria-busy={deed.isBusy} disabled={deed.isBusy || reason.value.trim() === ''}>
        Have it looked at
      </button>
    </form>
  )
}
