import { useSignal } from '@preact/signals'
import { type components, ok } from '@rivulet/sdk'
import { saidOf } from '../acts/said.ts'
import { withVia } from '../acts/with-via.ts'
import { api } from '../api/client.ts'
import { network } from '../network/network.ts'
import type { Post } from '../posts/post.ts'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'

type Published = components['schemas']['PublishedPost']
type Props = {
  /** The post that is answered. */
  replyTo?: Pick<Post, 'id' | 'author'>
  /** The share that post was reached through. */
  via?: string
  quoteOf?: string
  onPublished?: (post: Published) => void
}

const NOTE_MAX = 10_000

/** Where a note or a comment is written. What was written stays until it is published. */
export function Compose({ replyTo, via, quoteOf, onPublished }: Props) {
  const text = useSignal('')
  const isBusy = useSignal(false)
  const error = useSignal<unknown>(undefined)

  async function publish(event: Event): Promise<void> {
    event.preventDefault()
    isBusy.value = true
    error.value = undefined
    try {
      const body = {
        ...{ kind: 'note' as const, text: text.value },
        ...(replyTo ? { replyTo: replyTo.id } : {}),
        ...(quoteOf === undefined ? {} : { quoteOf }),
      }
      const post = await withVia(via, async (query) =>
        ok(await api.POST('/v1/posts', { params: { query }, body })),
      )
      text.value = ''
      tell(
        replyTo
          ? saidOf({ credited: post.credited ?? '0', unfunded: post.unfunded ?? false }, replyTo)
          : 'Published.',
      )
      onPublished?.(post)
    } catch (refused) {
      error.value = refused
    }
    isBusy.value = false
  }

  const label = replyTo ? 'Your comment' : 'What is on your mind?'
  return (
    <form class="compose" onSubmit={publish}>
      <label>
        <span class="hidden">{label}</span>
        <textarea
          rows={replyTo ? 2 : 3}
          maxLength={NOTE_MAX}
          placeholder={label}
          required
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value
          }}
        />
      </label>
      {error.value !== undefined && <Trouble error={error.value} />}
      <div class="row">
        {!replyTo && quoteOf === undefined && <a href="/compose">Write an article</a>}
        {replyTo && (
          <span class="hint">
            A comment moves {network.value?.rates.comment} {network.value?.asset.symbol} from your budget to
            the author.
          </span>
        )}
        <button type="submit" disabled={text.value.trim() === '' || isBusy.value} aria-busy={isBusy.value}>
          {replyTo ? 'Comment' : 'Publish'}
        </button>
      </div>
    </form>
  )
}
