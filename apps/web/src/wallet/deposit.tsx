import { useSignal } from '@preact/signals'
import { AmountField } from '../money/amount-field.tsx'
import { isPayable } from '../money/spend.ts'
import { network } from '../network/network.ts'
import { Trouble } from '../shell/trouble.tsx'
import { useDeed } from '../shell/use-deed.ts'
import { DepositList } from './deposit-list.tsx'
import { DepositSteps } from './deposit-steps.tsx'
import { InWallet } from './in-wallet.tsx'
import type { Step } from './steps.ts'
import { useDeposits } from './use-deposits.ts'

/** Money from the wallet into the vault: each step as it goes, and what was deposited before. */
export function Deposit() {
  const amount = useSignal('10')
  const step = useSignal<Step | null>(null)
  const sent = useSignal<string | null>(null)
  const deed = useDeed()
  const deposits = useDeposits(sent)
  const of = network.value!

  async function deposit(event: Event): Promise<void> {
    event.preventDefault()
    await deed.run(async () => {
      sent.value = null
      step.value = 'approving'
      try {
        const [{ ownSigner }, { sendDeposit }] = await Promise.all([
          import('./own-signer.ts'),
          import('./send-deposit.ts'),
        ])
        sent.value = await sendDeposit(of, await ownSigner(of), {
          amount: amount.value,
          onStep: (next) => {
            step.value = next
          },
        })
      } catch (error) {
        step.value = null
        throw error
      }
    })
  }

  const found = deposits.items.find(({ txHash }) => txHash === sent.value)
  const shown = sent.value && found ? (found.status === 'available' ? 'available' : 'seen') : step.value
  return (
    <>
      <section aria-labelledby="deposit-title">
        <h2 id="deposit-title">Deposit</h2>
        <p class="hint">
          Your wallet pays into the vault, the contract on the chain that holds what members own. It asks you
          twice: to let the vault take the amount, and to deposit it. It is available when its block is final.
        </p>
        <InWallet key={shown ?? ''} />
        <form onSubmit={deposit}>
          <AmountField label="Amount" name="deposit" amount={amount} />
          {deed.error !== undefined && <Trouble error={deed.error} />}
          {shown && <DepositSteps at={shown} />}
          <div class="row">
            <button type="submit" aria-busy={deed.isBusy} disabled={deed.isBusy || !isPayable(amount.value)}>
              Deposit
            </button>
          </div>
        </form>
      </section>
      <DepositList of={deposits} />
    </>
  )
}
