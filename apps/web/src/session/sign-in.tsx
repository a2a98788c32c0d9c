import { signal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { network } from '../network/network.ts'
import { tell, tellTrouble } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { browserWallets } from './browser-wallets.ts'
import { useFaucet } from './faucet.ts'
import { signInWith } from './session.ts'

const isOpen = signal(false)
const working = signal<string | null>(null)
const refused = signal<unknown>(undefined)

/** Asks who somebody is. */
export function askToSignIn(): void {
  refused.value = undefined
  isOpen.value = true
}

async function enter(name: string): Promise<void> {
  working.value = name
  refused.value = undefined
  try {
    const { signerOf, THROWAWAY } = await import('./signers.ts')
    const signer = await signerOf(name)
    const address = await signer.getAddress()
    await signInWith({ address, signMessage: (message) => signer.signMessage(message) }, name)
    isOpen.value = false
    if (name === THROWAWAY) await fillUp(address)
  } catch (error) {
    refused.value = error
  }
  working.value = null
}

/** A newcomer's test dollars. Whoever has had enough for now is signed in all the same. */
async function fillUp(address: string): Promise<void> {
  try {
    await useFaucet(address)
    tell('100 test dollars are in your wallet. Deposit some, and your likes pay.')
  } catch (error) {
    tellTrouble(error)
  }
}

/** The wallets there are, and on the embedded chain one to throw away. */
export function SignIn() {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isOpen.value) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen.value])
  return (
    <dialog
      ref={dialog}
      aria-labelledby="sign-in-title"
      onClose={() => {
        isOpen.value = false
      }}
    >
      {isOpen.value && <Choices />}
    </dialog>
  )
}

function Choices() {
  const hasFaucet = network.value?.faucet === true
  return (
    <article>
      <h2 id="sign-in-title">Sign in</h2>
      <p>Your wallet is who you are here. It signs a text that says so: no password, no payment, no gas.</p>
      {refused.value !== undefined && <Trouble error={refused.value} />}
      {browserWallets.value.map(({ info }) => (
        <Choice key={info.uuid} name={info.rdns} icon={info.icon}>
          {info.name}
        </Choice>
      ))}
      {hasFaucet && (
        <>
          <Choice name="throwaway">Try it with a throw-away wallet</Choice>
          <p class="hint">
            Made in this browser, with 100 test dollars. Anything else that runs here could read its key: for
            this test chain only.
          </p>
        </>
      )}
      {!hasFaucet && browserWallets.value.length === 0 && (
        <p class="hint">
          No wallet was found in this browser. Install one that speaks EIP-6963, then load this page again.
        </p>
      )}
      <form method="dialog">
        <button type="submit" class="secondary">
          Not now
        </button>
      </form>
    </article>
  )
}

function Choice({ name, icon, children }: { name: string; icon?: string; children: ComponentChildren }) {
  return (
    <button
      type="button"
      class="choice"
      aria-busy={working.value === name}
      disabled={working.value !== null}
      onClick={() => enter(name)}
    >
      {icon?.startsWith('data:image/') && <img src={icon} alt="" width="24" height="24" />}
      {children}
    </button>
  )
}
