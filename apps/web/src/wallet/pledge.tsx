import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { useMemo } from 'preact/hooks'
import { api } from '../api/client.ts'
import { newIntent } from '../api/intent.ts'
import { holdWallet, wallet } from '../live/live.ts'
import { AmountField } from '../money/amount-field.tsx'
import { Money } from '../money/money.tsx'
import { isPayable, isTooMuch } from '../money/spend.ts'
import { network } from '../network/network.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useDeed } from '../shell/use-deed.ts'

/** Own money for likes: set aside, or taken back. */
export function Pledge() {
  const amount = useSignal('')
  const deed = useDeed()
  const intent = useMemo(() => newIntent(), [])
  const symbol = network.value?.asset.symbol
  const pledged = wallet.value?.pledge ?? '0'

  async function setAside(event: Event): Promise<void> {
    event.preventDefault()
    const body = { amount: amount.value }
    await deed.run(async () => {
      try {
        const header = { 'idempotency-key': intent.keyOf(body) }
        holdWallet(ok(await api.POST('/v1/wallet/pledge', { body, params: { header } })))
        intent.end()
      } catch (error) {
        intent.end(error)
        throw error
      }
      tell(`${body.amount} ${symbol} are set aside for your likes.`)
      amount.value = ''
    })
  }

  const takeBack = () =>
    deed.run(async () => {
      holdWallet(ok(await api.DELETE('/v1/wallet/pledge')))
      tell('What was left of your pledge is available again.')
    })

  return (
    <section aria-labelledby="pledge-title">
      <h2 id="pledge-title">Pledge</h2>
      <p class="hint">
        With a pledge your likes pay {network.value?.rates.like} {symbol} each though your budget is empty. It
        never expires, and what is left of it is yours to take back.
      </p>
      <form onSubmit={setAside}>
        <AmountField
          label="Set aside"
          name="pledge"
          amount={amount}
          hint={isTooMuch(amount.value) && 'That is more than you have available.'}
        />
        {deed.error !== undefined && <Trouble error={deed.error} />}
        <div class="row">
          {pledged !== '0' && (
            <button type="button" class="secondary outline" disabled={deed.isBusy} onClick={takeBack}>
              Take <Money of={pledged} /> back
            </button>
          )}
          <button
            type="submit"
            aria-busy={deed.isBusy}
            disabled={deed.isBusy || !isPayable(amount.value) || isTooMuch(amount.value)}
          >
            Set aside
          </button>
        </div>
      </form>
    </section>
  )
}
