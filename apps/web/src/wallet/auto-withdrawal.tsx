import { useSignal } from '@preact/signals'
import { ok, ProblemError } from '@rivulet/sdk'
import { useEffect } from 'preact/hooks'
import { api } from '../api/client.ts'
import { isAmount, toNano } from '../money/amount.ts'
import { AmountField } from '../money/amount-field.tsx'
import { isPayable } from '../money/spend.ts'
import { network } from '../network/network.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useDeed } from '../shell/use-deed.ts'
import { useFetched } from '../shell/use-fetched.ts'
import { LaneField } from './lane-field.tsx'

/** The standing order: from so much on, withdraw down to so much. To the own wallet only. */
export function AutoWithdrawal() {
  const threshold = useSignal('')
  const rest = useSignal('0')
  const lane = useSignal<'push' | 'pull'>('push')
  const order = useFetched(read, [])
  const deed = useDeed()
  const { minWithdrawal, asset } = network.value!

  useEffect(() => {
    if (!order.value) return
    threshold.value = order.value.threshold
    rest.value = order.value.rest
    lane.value = order.value.lane
  }, [order.value])

  async function give(event: Event): Promise<void> {
    event.preventDefault()
    await deed.run(async () => {
      const body = { threshold: threshold.value, rest: rest.value, lane: lane.value }
      order.hold(ok(await api.PUT('/v1/wallet/auto-withdrawal', { body })))
      tell('From now on it is withdrawn by itself.')
    })
  }
  const end = () =>
    deed.run(async () => {
      ok(await api.DELETE('/v1/wallet/auto-withdrawal'))
      order.hold(null)
      tell('From now on you withdraw by hand.')
    })

  const isFit =
    isPayable(threshold.value) &&
    isAmount(rest.value) &&
    toNano(threshold.value) - toNano(rest.value) >= toNano(minWithdrawal)
  return (
    <details class="auto" open={!!order.value}>
      <summary>Withdraw by itself{order.value && `: from ${order.value.threshold} on`}</summary>
      <p class="hint">
        As soon as what you have available comes to the first amount, all above the second goes to your own
        wallet. The two are {minWithdrawal} {asset.symbol} apart at least.
      </p>
      {order.error !== undefined && <Trouble error={order.error} again={order.again} />}
      <form onSubmit={give}>
        <div class="grid">
          <AmountField label="From" name="threshold" amount={threshold} />
          <AmountField label="down to" name="rest" amount={rest} />
        </div>
        <LaneField lane={lane} />
        {deed.error !== undefined && <Trouble error={deed.error} />}
        <div class="row">
          {order.value && (
            <button type="button" class="secondary outline" disabled={deed.isBusy} onClick={end}>
              End it
            </button>
          )}
          <button type="submit" aria-busy={deed.isBusy} disabled={deed.isBusy || !isFit}>
            {order.value ? 'Change it' : 'Begin'}
          </button>
        </div>
      </form>
    </details>
  )
}

/** The order, or null where there is none. */
async function read(signal: AbortSignal) {
  try {
    return ok(await api.GET('/v1/wallet/auto-withdrawal', { signal }))
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'auto_withdrawal_not_found') return null
    throw error
  }
}
