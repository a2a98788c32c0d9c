import './tips.css'
import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { api } from '../api/client.ts'
import { newIntent } from '../api/intent.ts'
import { type Author, nameOf } from '../members/name.tsx'
import { AmountField } from '../money/amount-field.tsx'
import { isPayable, isTooMuch } from '../money/spend.ts'
import { network } from '../network/network.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import type { TipTarget } from './tip-button.tsx'
import { TipSplits } from './tip-splits.tsx'
import { TipSum } from './tip-sum.tsx'

type Props = { to: TipTarget; name: Author; onClose: () => void }

const PRESETS = ['0.10', '0.25', '1', '5']
const MESSAGE_MAX = 500

/** Money to somebody: how much, with which words, and what of it arrives. */
export default function TipDialog({ to, name, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    return () => before instanceof HTMLElement && before.focus()
  }, [])
  return (
    <dialog ref={dialog} aria-labelledby="tip-title" onClose={onClose}>
      <article>
        <h2 id="tip-title">Tip {nameOf(name)}</h2>
        <TipForm to={to} name={name} onClose={() => dialog.current?.close()} />
      </article>
    </dialog>
  )
}

function TipForm({ to, name, onClose }: Props) {
  const amount = useSignal('0.25')
  const message = useSignal('')
  const isAnonymous = useSignal(false)
  const isBusy = useSignal(false)
  const error = useSignal<unknown>(undefined)
  const intent = useMemo(() => newIntent(), [])

  async function pay(event: Event): Promise<void> {
    event.preventDefault()
    if (isBusy.value) return
    isBusy.value = true
    error.value = undefined
    const text = message.value.trim()
    const body = {
      ...to,
      amount: amount.value,
      ...(text === '' ? {} : { message: text }),
      ...(isAnonymous.value ? { anonymous: true } : {}),
    }
    try {
      const header = { 'idempotency-key': intent.keyOf(body) }
      const { net } = ok(await api.POST('/v1/tips', { body, params: { header } }))
      intent.end()
      tell(
        `${net} ${network.value?.asset.symbol} arrived at ${nameOf(name)}${'postId' in to ? "'s post" : ''}.`,
      )
      onClose()
    } catch (refused) {
      intent.end(refused)
      error.value = refused
    }
    isBusy.value = false
  }

  return (
    <form onSubmit={pay}>
      <fieldset class="presets">
        <legend class="hidden">Usual amounts</legend>
        {PRESETS.map((preset) => (
          <button
            key={preset}
            type="button"
            class={amount.value === preset ? 'preset' : 'preset outline'}
            aria-pressed={amount.value === preset}
            onClick={() => {
              amount.value = preset
            }}
          >
            {preset}
          </button>
        ))}
      </fieldset>
      <AmountField label="Amount" amount={amount} />
      <label>
        A word with it <span class="hint">if you like</span>
        <input
          name="message"
          maxLength={MESSAGE_MAX}
          value={message.value}
          onInput={({ currentTarget }) => {
            message.value = currentTarget.value
          }}
        />
      </label>
      <label>
        <input
          type="checkbox"
          name="anonymous"
          checked={isAnonymous.value}
          onChange={({ currentTarget }) => {
            isAnonymous.value = currentTarget.checked
          }}
        />
        Without my name <span class="hint">(it stays in the books)</span>
      </label>
      <TipSum amount={amount.value} />
      {'postId' in to && <TipSplits postId={to.postId} />}
      {error.value !== undefined && <Trouble error={error.value} />}
      <div class="row">
        <button type="button" class="secondary" onClick={onClose}>
          Not now
        </button>
        <button
          type="submit"
          aria-busy={isBusy.value}
          disabled={isBusy.value || !isPayable(amount.value) || isTooMuch(amount.value)}
        >
          Tip {isPayable(amount.value) && `${amount.value} ${network.value?.asset.symbol}`}
        </button>
      </div>
    </form>
  )
}
