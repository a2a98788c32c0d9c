import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { useRef } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { api } from '../api/client.ts'
import { me, signOut } from '../session/session.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'

/** Deletes the account, by a word that the wallet signs: whoever only found a browser open cannot. */
export function Deletion() {
  const dialog = useRef<HTMLDialogElement>(null)
  const isBusy = useSignal(false)
  const refused = useSignal<unknown>(undefined)
  const { route } = useLocation()

  async function deleteAccount(): Promise<void> {
    isBusy.value = true
    refused.value = undefined
    try {
      const { typedData } = ok(await api.POST('/v1/me/deletion'))
      const { currentSigner } = await import('../session/signers.ts')
      const signer = await currentSigner()
      const { domain, types, message } = typedData
      const signature = await signer.signTypedData(
        domain,
        { AccountDeletion: types.AccountDeletion },
        message,
      )
      const { nonce, deadline } = message
      ok(await api.DELETE('/v1/me', { body: { nonce, deadline, signature } }))
      dialog.current?.close()
      // The sessions went with the account: this one is not to be told that it is refused.
      api.token = null
      await signOut()
      tell('Your account is deleted.')
      route('/latest')
    } catch (error) {
      refused.value = error
    }
    isBusy.value = false
  }

  return (
    <>
      <p>
        Your name, your texts and whom you know go at once, and cannot be had back. Withdraw your money first.
        The books of what was paid stay, without your name.
      </p>
      <button type="button" class="secondary" onClick={() => dialog.current?.showModal()}>
        Delete my account …
      </button>
      <dialog ref={dialog} aria-labelledby="delete-title">
        <article>
          <h2 id="delete-title">Delete this account?</h2>
          <p>
            Your wallet <code>{me.value?.address}</code> is asked to sign it.
          </p>
          {refused.value !== undefined && <Trouble error={refused.value} />}
          <button
            type="button"
            class="wide"
            aria-busy={isBusy.value}
            disabled={isBusy.value}
            onClick={deleteAccount}
          >
            Sign, and delete it
          </button>
          <button type="button" class="secondary wide" onClick={() => dialog.current?.close()}>
            Keep it
          </button>
        </article>
      </dialog>
    </>
  )
}
