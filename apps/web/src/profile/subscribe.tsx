import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { useRef } from 'preact/hooks'
import { api } from '../api/client.ts'
import { nameOf } from '../members/name.tsx'
import { isAmount } from '../money/amount.ts'
import { network } from '../network/network.ts'
import { type Member, me } from '../session/session.ts'
import { askToSignIn } from '../session/sign-in.tsx'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'

type Interval = 'day' | 'week' | 'month'

/** Pays a member so much, again and again, until it is ended in the settings. */
export function Subscribe({ to }: { to: Member }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const key = useRef('')
  const isBusy = useSignal(false)
  const refused = useSignal<unknown>(undefined)
  const amount = useSignal('1')
  const interval = useSignal<Interval>('month')

  function open(): void {
    if (!me.value) {
      askToSignIn()
      return
    }
    key.current = crypto.randomUUID()
    refused.value = undefined
    dialog.current?.showModal()
  }

  async function subscribe(event: Event): Promise<void> {
    event.preventDefault()
    isBusy.value = true
    refused.value = undefined
    try {
      const params = { header: { 'idempotency-key': key.current } }
      const body = { memberId: to.id, amount: amount.value, interval: interval.value }
      ok(await api.POST('/v1/subscriptions', { params, body }))
      dialog.current?.close()
      tell(
        `You support ${nameOf(to)} with ${amount.value} ${network.value?.asset.symbol} a ${interval.value}.`,
      )
    } catch (error) {
      refused.value = error
      key.current = crypto.randomUUID()
    }
    isBusy.value = false
  }

  return (
    <>
      <button type="button" class="act" onClick={open}>
        Subscribe
      </button>
      <dialog ref={dialog} aria-labelledby="subscribe-title">
        <article>
          <h2 id="subscribe-title">Support {nameOf(to)}</h2>
          <p>
            The first part is paid now, the next each {interval.value}, from what is available in your wallet.
            You end it in your settings.
          </p>
          <form onSubmit={subscribe}>
            <label>
              Amount, in {network.value?.asset.symbol}
              <input
                inputMode="decimal"
                value={amount.value}
                aria-invalid={!isAmount(amount.value) || undefined}
                onInput={({ currentTarget }) => {
                  amount.value = currentTarget.value
                }}
              />
            </label>
            <label>
              Each
              <select
                value={interval.value}
                onChange={({ currentTarget }) => {
                  interval.value = currentTarget.value as Interval
                }}
              >
                <option value="day">day</option>
                <option value="week">week</option>
                <option value="month">month</option>
              </select>
            </label>
            {refused.value !== undefined && <Trouble error={refused.value} />}
            <button
              type="submit"
              class="wide"
              aria-busy={isBusy.value}
              disabled={isBusy.value || !isAmount(amount.value)}
            >
              Subscribe
            </button>
            <button type="button" class="secondary wide" onClick={() => dialog.current?.close()}>
              Not now
            </button>
          </form>
        </article>
      </dialog>
    </>
  )
}
