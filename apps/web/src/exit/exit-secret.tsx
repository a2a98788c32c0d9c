import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { Copy } from '../shell/copy.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useDeed } from '../shell/use-deed.ts'
import { saveSecret } from './secret-file.ts'

/** The exit secret, hidden until it is asked for, and what it is for. */
export function ExitSecret() {
  const secret = useSignal<string | null>(null)
  const deed = useDeed()
  const show = () =>
    deed.run(async () => {
      secret.value = ok(await api.GET('/v1/me/exit-secret')).exitSecret
    })
  return (
    <section aria-labelledby="exit-title">
      <h2 id="exit-title">Exit secret</h2>
      <p>
        What you own here is written into each settlement on the chain, and only you can read your line of it:
        this secret opens it. With it, the newest settlement's file and your wallet you take your money from
        the vault without this server, should it fall silent or refuse you.
      </p>
      <p class="hint">
        It moves no money by itself, but whoever has it can read what you own. Nobody here will ask you for
        it.
      </p>
      {deed.error !== undefined && <Trouble error={deed.error} />}
      {secret.value === null ? (
        <button type="button" class="secondary" aria-busy={deed.isBusy} onClick={show}>
          Show it
        </button>
      ) : (
        <>
          <p>
            <code class="secret">{secret.value}</code> <Copy text={secret.value} what="The exit secret" />
          </p>
          <div class="row">
            <button
              type="button"
              class="secondary outline"
              onClick={() => {
                secret.value = null
              }}
            >
              Hide it
            </button>
            <button type="button" onClick={() => secret.value && saveSecret(secret.value)}>
              Save it as a file
            </button>
          </div>
        </>
      )}
    </section>
  )
}
