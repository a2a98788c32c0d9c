import { useSignal } from '@preact/signals'
import type { Withdrawal } from '@rivulet/sdk'
import { useMemo } from 'preact/hooks'
import { newIntent } from '../api/intent.ts'
import { wallet } from '../live/live.ts'
import { AmountField } from '../money/amount-field.tsx'
import { Money } from '../money/money.tsx'
import { isPayable, isTooMuch } from '../money/spend.ts'
import { network } from '../network/network.ts'
import { me } from '../session/session.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useDeed } from '../shell/use-deed.ts'
import { askWithdrawal } from './ask-withdrawal.ts'
import { LaneField } from './lane-field.tsx'

/** Asks for a withdrawal: to the own wallet, or to another address with a signature. */
export function WithdrawForm({ onAsked }: { onAsked: (asked: Withdrawal) => void }) {
  const amount = useSignal('')
  const isOther = useSignal(false)
  const to = useSignal('')
  const lane = useSignal<'push' | 'pull'>('push')
  const deed = useDeed()
  const intent = useMemo(() => newIntent(), [])
  const { asset, minWithdrawal } = network.value!

  async function ask(event: Event): Promise<void> {
    event.preventDefault()
    const wish = {
      amount: amount.value,
      ...(isOther.value ? { to: to.value.trim() } : lane.value === 'pull' ? { lane: lane.value } : {}),
    }
    await deed.run(async () => {
      try {
        const asked = await askWithdrawal(wish, intent.keyOf(wish))
        intent.end()
        onAsked(asked)
        tell(
          asked.status === 'held'
            ? 'Held for a while, and then it goes out. You can cancel it until then.'
            : `${wish.amount} ${asset.symbol} are on their way out.`,
        )
      } catch (error) {
        intent.end(error)
        throw error
      }
      amount.value = ''
    })
  }

  return (
    <section aria-labelledby="withdraw-title">
      <h2 id="withdraw-title">Withdraw</h2>
      <p class="hint">
        {wallet.value && (
          <>
            You can withdraw <Money of={wallet.value.available} />.{' '}
          </>
        )}
        The least is {minWithdrawal} {asset.symbol}. It goes out with the next settlement, costs no fee, and
        can be cancelled until a settlement takes it.
      </p>
      <form onSubmit={ask}>
        <AmountField
          label="Amount"
          name="withdraw"
          amount={amount}
          hint={isTooMuch(amount.value) && 'That is more than you have available.'}
        />
        <fieldset>
          <legend>To</legend>
          <label>
            <input type="radio" name="to" checked={!isOther.value} onChange={() => (isOther.value = false)} />
            your own wallet <code>{me.value?.address}</code>
          </label>
          <label>
            <input type="radio" name="to" checked={isOther.value} onChange={() => (isOther.value = true)} />
            another address
          </label>
        </fieldset>
        {isOther.value ? (
          <label>
            Address
            <input
              name="address"
              autocomplete="off"
              spellcheck={false}
              pattern="0x[0-9a-fA-F]{40}"
              title="0x and 40 hex digits"
              required
              value={to.value}
              onInput={({ currentTarget }) => {
                to.value = currentTarget.value
              }}
            />
            <small>
              Your wallet signs this withdrawal, so nobody with your session alone can make it. The first one
              to an address is held for a while, in which you can cancel it.
            </small>
          </label>
        ) : (
          <LaneField lane={lane} />
        )}
        {deed.error !== undefined && <Trouble error={deed.error} />}
        <div class="row">
          <button
            type="submit"
            aria-busy={deed.isBusy}
            disabled={deed.isBusy || !isPayable(amount.value) || isTooMuch(amount.value)}
          >
            Withdraw
          </button>
        </div>
      </form>
    </section>
  )
}
