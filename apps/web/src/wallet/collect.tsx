import type { Withdrawal } from '@rivulet/sdk'
import { wallet } from '../live/live.ts'
import { Money } from '../money/money.tsx'
import { network } from '../network/network.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useDeed } from '../shell/use-deed.ts'

/** What waits in the vault to be taken by its member: granted for claiming, or refused by the token before. */
export function Collect({ withdrawals }: { withdrawals: Withdrawal[] }) {
  const owed = wallet.value?.owed ?? '0'
  if (owed === '0') return null
  const waiting = withdrawals.filter(({ status }) => status === 'owed')
  // Older than what of the list was read: it may be either.
  const isUnknown = waiting.length === 0
  return (
    <section class="waits" aria-label="Waits for you in the vault">
      <p>
        <Money of={owed} /> of yours wait in the vault.
      </p>
      {(isUnknown || waiting.some(({ lane }) => lane === 'pull')) && (
        <Taken what="Granted for you to claim" label="Claim it" does="claimGranted" />
      )}
      {(isUnknown || waiting.some(({ lane }) => lane === 'push')) && (
        <Taken what="Sent to you before, and refused by the token" label="Collect it" does="claimOwed" />
      )}
    </section>
  )
}

type Props = { what: string; label: string; does: 'claimGranted' | 'claimOwed' }

function Taken({ what, label, does }: Props) {
  const deed = useDeed()
  const take = () =>
    deed.run(async () => {
      const of = network.peek()!
      const [{ ownSigner }, claims] = await Promise.all([import('./own-signer.ts'), import('./claim.ts')])
      await claims[does](of, await ownSigner(of))
      tell('It is in your wallet. This page shows it as claimed when its block is final.')
    })
  return (
    <>
      <div class="row">
        <span>{what}</span>
        <button type="button" aria-busy={deed.isBusy} disabled={deed.isBusy} onClick={take}>
          {label}
        </button>
      </div>
      {deed.error !== undefined && <Trouble error={deed.error} />}
    </>
  )
}
