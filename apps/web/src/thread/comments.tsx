import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { useEffect } from 'preact/hooks'
import { api } from '../api/client.ts'
import { type Post, pathOfPost } from '../posts/post.ts'
import { PostCard } from '../posts/post-card.tsx'
import { Trouble } from '../shell/trouble.tsx'

/** A comment with what was answered to it, as far as it was read: the lowest level has none of these. */
export type Comment = Post & { replies?: Comment[]; nextCursor?: string | null }
/** The document types three levels of them, and the last one's answers not at all. */
type Beginning = { replies: unknown[]; nextCursor: string | null }

/** The comments on a post, from those that came with it on. */
export function useComments(postId: string, beginning: Beginning | undefined) {
  const items = useSignal<Comment[]>([])
  const cursor = useSignal<string | null>(null)
  const isLoading = useSignal(false)
  const error = useSignal<unknown>(undefined)
  useEffect(() => {
    items.value = (beginning?.replies ?? []) as Comment[]
    cursor.value = beginning?.nextCursor ?? null
  }, [beginning?.replies])

  async function more(): Promise<void> {
    if (cursor.value === null) return
    isLoading.value = true
    error.value = undefined
    try {
      const params = { path: { id: postId }, query: { cursor: cursor.value } }
      const page = ok(await api.GET('/v1/posts/{id}/thread', { params }))
      const known = new Set(items.value.map(({ id }) => id))
      items.value = [...items.value, ...(page.replies as Comment[]).filter(({ id }) => !known.has(id))]
      cursor.value = page.nextCursor
    } catch (refused) {
      error.value = refused
    }
    isLoading.value = false
  }

  return {
    ...{ items: items.value, isLoading: isLoading.value, error: error.value, hasMore: cursor.value !== null },
    more,
    /** Puts what was just written below the others. */
    add: (post: Post) => {
      items.value = [...items.value, post]
    },
    change: (id: string, change: (comment: Comment) => Comment) => {
      items.value = items.value.map((one) => (one.id === id ? change(one) : one))
    },
  }
}

/** Comments, and below each what was answered to it. */
export function Comments({ of }: { of: ReturnType<typeof useComments> }) {
  const { items, isLoading, error, hasMore, more, change } = of
  return (
    <>
      {items.map((comment) => (
        <div key={comment.id} class="comment">
          <PostCard
            post={comment}
            onGone={() => change(comment.id, (one) => ({ ...one, deleted: true, text: null }))}
          />
          <Answers to={comment} />
        </div>
      ))}
      {error !== undefined && <Trouble error={error} again={more} />}
      {hasMore && error === undefined && (
        <button
          type="button"
          class="secondary wide"
          aria-busy={isLoading}
          disabled={isLoading}
          onClick={more}
        >
          Show more comments
        </button>
      )}
    </>
  )
}

function Answers({ to }: { to: Comment }) {
  const answers = useComments(to.id, to.replies && { replies: to.replies, nextCursor: to.nextCursor ?? null })
  if (to.replies !== undefined) return <Comments of={answers} />
  if (to.counts.comments === 0) return null
  return (
    <p>
      <a href={pathOfPost(to)}>
        {to.counts.comments} {to.counts.comments === 1 ? 'answer' : 'answers'}
      </a>
    </p>
  )
}
