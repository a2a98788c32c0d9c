import { ok, type Withdrawal } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { shortAddress } from '../members/name.tsx'
import { Money } from '../money/money.tsx'
import { me } from '../session/session.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useDeed } from '../shell/use-deed.ts'
import { TxHash } from './tx-hash.tsx'

type Props = { of: Withdrawal; onChanged: (fresh: Withdrawal) => void }

const CANCELLABLE: Withdrawal['status'][] = ['requested', 'held']

/** A withdrawal, and how far it is. */
export function WithdrawalLine({ of, onChanged }: Props) {
  const { id, amount, status, to, txHash, automatic } = of
  const deed = useDeed()
  const cancel = () =>
    deed.run(async () => {
      onChanged(ok(await api.DELETE('/v1/wallet/withdrawals/{id}', { params: { path: { id } } })))
      tell('Cancelled. The money is available again.')
    })
  return (
    <article class="line" data-status={status}>
      <strong>
        <Money of={amount} />
      </strong>
      <span>{saidOf(of)}</span>
      <small class="hint">
        {to.toLowerCase() === me.value?.address.toLowerCase()
          ? 'to your own wallet'
          : `to ${shortAddress(to)}`}
        {automatic && ', by your standing order'}
      </small>
      {txHash && <TxHash hash={txHash} />}
      {CANCELLABLE.includes(status) && (
        <button type="button" class="quiet" aria-busy={deed.isBusy} disabled={deed.isBusy} onClick={cancel}>
          Cancel
        </button>
      )}
      {deed.error !== undefined && <Trouble error={deed.error} />}
    </article>
  )
}

function saidOf({ status, lane, epoch, heldUntil }: Withdrawal): string {
  switch (status) {
    case 'requested':
      return 'Requested: the next settlement takes it'
    case 'held':
      return `Held until ${heldUntil ? new Date(heldUntil).toLocaleString() : 'later'}: cancel it if it was not you`
    case 'settling':
      return `In settlement ${epoch}, which is being made`
    case 'submitted':
      return 'Sent to the chain'
    case 'confirmed':
      return lane === 'pull' ? 'Claimed' : 'Paid out'
    case 'cancelled':
      return 'Cancelled'
    case 'owed':
      return lane === 'pull'
        ? `Granted by settlement ${epoch}: claim it`
        : 'Refused by the token: it waits for you in the vault'
    case 'refunded':
      return 'Not paid out: the money is available again'
  }
}
