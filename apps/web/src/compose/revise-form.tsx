import { useSignal } from '@preact/signals'
import { ok, ProblemError } from '@rivulet/sdk'
import { useEffect } from 'preact/hooks'
import { api } from '../api/client.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { MarkdownField } from './markdown-field.tsx'

/** An article that its author writes anew. What it said before stays readable. */
export function ReviseForm({ id, onDone }: { id: string; onDone: (post: { id: string }) => void }) {
  const path = { path: { id } }
  const { value, error, again } = useFetched(
    async (signal) => {
      const answer = await api.GET('/v1/posts/{id}', { params: path, signal })
      return { post: ok(answer), etag: answer.response.headers.get('etag') ?? '*' }
    },
    [id],
  )
  const title = useSignal('')
  const text = useSignal('')
  const isBusy = useSignal(false)
  const refused = useSignal<unknown>(undefined)
  useEffect(() => {
    if (!value) return
    title.value = value.post.title ?? ''
    text.value = value.post.text ?? ''
  }, [value])

  async function revise(event: Event): Promise<void> {
    event.preventDefault()
    isBusy.value = true
    refused.value = undefined
    try {
      const params = { ...path, header: { 'if-match': value!.etag } }
      const body = { title: title.value.trim(), text: text.value }
      ok(await api.PATCH('/v1/posts/{id}', { params, body }))
      tell('Revised. What it said before stays readable.')
      onDone({ id })
    } catch (thrown) {
      refused.value = thrown
    }
    isBusy.value = false
  }

  if (error !== undefined) return <Trouble error={error} again={again} />
  if (!value) return <p aria-busy="true">Loading the article…</p>
  const isStale = refused.value instanceof ProblemError && refused.value.status === 412
  return (
    <form onSubmit={revise}>
      <label>
        Title
        <input
          required
          maxLength={200}
          value={title.value}
          onInput={({ currentTarget }) => {
            title.value = currentTarget.value
          }}
        />
      </label>
      <MarkdownField text={text} />
      {isStale ? (
        <div class="trouble" role="alert">
          <p>
            The article was revised elsewhere since you opened it here. Copy what you want to keep, then read
            it again.
          </p>
          <button type="button" class="secondary" onClick={again}>
            Read it again
          </button>
        </div>
      ) : (
        refused.value !== undefined && <Trouble error={refused.value} />
      )}
      <button type="submit" aria-busy={isBusy.value} disabled={isBusy.value || text.value.trim() === ''}>
        Publish the revision
      </button>
    </form>
  )
}
