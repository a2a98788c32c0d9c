import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { Listed } from '../lists/list.tsx'
import { useList } from '../lists/use-list.ts'
import { ArticleText } from '../markdown/article-text.tsx'
import type { Post } from '../posts/post.ts'
import { Time } from '../shell/time.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'

/** What an article said before, for whoever asks. */
export function Revisions({ of }: { of: Post }) {
  const isOpen = useSignal(false)
  return (
    <details
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open
      }}
    >
      <summary>What it said before</summary>
      {isOpen.value && <Earlier id={of.id} />}
    </details>
  )
}

function Earlier({ id }: { id: string }) {
  const revisions = useList('/v1/posts/{id}/revisions', { path: { id } })
  const shown = useSignal<number | null>(null)
  return (
    <>
      <Listed of={revisions} empty="Nothing else.">
        {({ revision, title, createdAt }) => (
          <button
            key={revision}
            type="button"
            class="quiet"
            aria-pressed={shown.value === revision}
            onClick={() => {
              shown.value = revision
            }}
          >
            {revision}. {title} · <Time at={createdAt} />
          </button>
        )}
      </Listed>
      {shown.value !== null && <Former key={shown.value} id={id} revision={shown.value} />}
    </>
  )
}

function Former({ id, revision }: { id: string; revision: number }) {
  const { value, error, again } = useFetched(
    async (signal) =>
      ok(
        await api.GET('/v1/posts/{id}/revisions/{revision}', {
          params: { path: { id, revision: String(revision) } },
          signal,
        }),
      ),
    [id, revision],
  )
  if (error !== undefined) return <Trouble error={error} again={again} />
  if (!value) return <p aria-busy="true">Loading…</p>
  return (
    <div class="quoted">
      <strong>{value.title}</strong>
      {value.text === null ? (
        <p class="hint">Unlock the article to read this.</p>
      ) : (
        <ArticleText text={value.text} />
      )}
    </div>
  )
}
