import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Money } from '../money/money.tsx'
import { network } from '../network/network.ts'
import { useFaucet } from '../session/faucet.ts'
import { me } from '../session/session.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useDeed } from '../shell/use-deed.ts'
import { useFetched } from '../shell/use-fetched.ts'

const AGAIN_MS = 2_000

/** What the wallet itself holds, and on the embedded chain the faucet that fills it. */
export function InWallet() {
  const times = useSignal(0)
  const faucet = useDeed()
  const { value, error, again } = useFetched(read, [times.value])

  // The faucet fills a new wallet while its owner looks around: an empty one is looked at again.
  useEffect(() => {
    if (value !== '0' || !network.value?.faucet) return
    const timer = setTimeout(() => times.value++, AGAIN_MS)
    return () => clearTimeout(timer)
  }, [value, times.value])

  const fill = () =>
    faucet.run(async () => {
      await useFaucet(me.peek()!.address)
      tell('100 test dollars are in your wallet.')
      times.value++
    })

  return (
    <>
      {error !== undefined && <Trouble error={error} again={again} />}
      {faucet.error !== undefined && <Trouble error={faucet.error} />}
      <div class="row">
        <span>
          {value !== undefined && (
            <>
              Your wallet holds <Money of={value} />
            </>
          )}
        </span>
        {network.value?.faucet && (
          <button
            type="button"
            class="secondary outline"
            aria-busy={faucet.isBusy}
            disabled={faucet.isBusy}
            onClick={fill}
          >
            Get 100 test dollars
          </button>
        )}
      </div>
    </>
  )
}

async function read(): Promise<string | undefined> {
  const { heldBy } = await import('./send-deposit.ts')
  return heldBy(network.peek()!, me.peek()!.address)
}
