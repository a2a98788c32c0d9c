import type { Withdrawal } from '@rivulet/sdk'
import { wallet } from '../live/live.ts'
import { Money } from '../money/money.tsx'
import { network } from '../network/network.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useDeed } from '../shell/use-deed.ts'
import { activeLeaf } from './active-leaf.ts'

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
        <Taken what="Granted for you to claim" label="Claim it" take={claim} />
      )}
      {(isUnknown || waiting.some(({ lane }) => lane === 'push')) && (
        <Taken what="Sent to you before, and refused by the token" label="Collect it" take={collect} />
      )}
    </section>
  )
}

type Props = { what: string; label: string; take: () => Promise<unknown> }

function Taken({ what, label, take }: Props) {
  const deed = useDeed()
  const act = () =>
    deed.run(async () => {
      await take()
      tell('It is in your wallet. This page shows it as claimed when its block is final.')
    })
  return (
    <>
      <div class="row">
        <span>{what}</span>
        <button type="button" aria-busy={deed.isBusy} disabled={deed.isBusy} onClick={act}>
          {label}
        </button>
      </div>
      {deed.error !== undefined && <Trouble error={deed.error} />}
    </>
  )
}

const parts = () => Promise.all([import('./own-signer.ts'), import('./claim.ts')])

async function claim(): Promise<void> {
  const of = network.peek()!
  const [{ ownSigner }, { claimGranted }] = await parts()
  await claimGranted(of, await ownSigner(of), await activeLeaf())
}

async function collect(): Promise<void> {
  const of = network.peek()!
  const [{ ownSigner }, { claimOwed }] = await parts()
  await claimOwed(of, await ownSigner(of))
}
