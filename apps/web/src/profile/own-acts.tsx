import { useSignal } from '@preact/signals'
import { ok, ProblemError } from '@rivulet/sdk'
import { useRef } from 'preact/hooks'
import { api } from '../api/client.ts'
import { type Member, me } from '../session/session.ts'
import { tell, tellTrouble } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'

type Props = { member: Member; onChange: (member: Member) => void }
type Draft = { handle: string; displayName: string; bio: string }

const draftOf = ({ handle, displayName, bio }: Member): Draft => ({ handle: handle ?? '', displayName, bio })

/** A member's own page, changed by them. Nothing that was changed elsewhere meanwhile is written over. */
export function OwnActs({ member, onChange }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const etag = useSignal('')
  const draft = useSignal<Draft>(draftOf(member))
  const isBusy = useSignal(false)
  const refused = useSignal<unknown>(undefined)

  async function readAgain(): Promise<void> {
    const answer = await api.GET('/v1/me')
    const now = ok(answer)
    etag.value = answer.response.headers.get('etag') ?? '*'
    draft.value = draftOf(now)
    refused.value = undefined
  }

  async function save(event: Event): Promise<void> {
    event.preventDefault()
    isBusy.value = true
    refused.value = undefined
    try {
      const { handle, displayName, bio } = draft.value
      const body = { handle: handle.trim() === '' ? null : handle.trim().replace(/^@/, ''), displayName, bio }
      const saved = ok(await api.PATCH('/v1/me', { params: { header: { 'if-match': etag.value } }, body }))
      me.value = saved
      onChange(saved)
      dialog.current?.close()
      tell('Your page is changed.')
    } catch (error) {
      refused.value = error
    }
    isBusy.value = false
  }

  const isStale = refused.value instanceof ProblemError && refused.value.status === 412
  const change = (part: Partial<Draft>) => {
    draft.value = { ...draft.value, ...part }
  }
  return (
    <>
      <button
        type="button"
        class="secondary"
        onClick={() => readAgain().then(() => dialog.current?.showModal(), tellTrouble)}
      >
        Edit my page
      </button>
      <dialog ref={dialog} aria-labelledby="edit-title">
        <article>
          <h2 id="edit-title">My page</h2>
          <form onSubmit={save}>
            <Field
              name="Name"
              value={draft.value.displayName}
              max={50}
              onInput={(displayName) => change({ displayName })}
            />
            <Field
              name="Handle"
              value={draft.value.handle}
              max={31}
              onInput={(handle) => change({ handle })}
            />
            <label>
              About me
              <textarea
                rows={3}
                maxLength={500}
                value={draft.value.bio}
                onInput={({ currentTarget }) => change({ bio: currentTarget.value })}
              />
            </label>
            {isStale ? (
              <div class="trouble" role="alert">
                <p>
                  Your page was changed elsewhere since you opened this. Look at it as it is now, then change
                  it.
                </p>
                <button type="button" class="secondary" onClick={() => readAgain().catch(tellTrouble)}>
                  Show it as it is now
                </button>
              </div>
            ) : (
              refused.value !== undefined && <Trouble error={refused.value} />
            )}
            <button type="submit" aria-busy={isBusy.value} disabled={isBusy.value}>
              Save
            </button>
            <button type="button" class="secondary wide" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
          </form>
        </article>
      </dialog>
    </>
  )
}

type FieldProps = { name: string; value: string; max: number; onInput: (value: string) => void }

function Field({ name, value, max, onInput }: FieldProps) {
  return (
    <label>
      {name}
      <input maxLength={max} value={value} onInput={({ currentTarget }) => onInput(currentTarget.value)} />
    </label>
  )
}
