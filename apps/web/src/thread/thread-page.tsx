import { ok } from '@rivulet/sdk'
import { useRoute } from 'preact-iso'
import { api } from '../api/client.ts'
import { Compose } from '../compose/compose.tsx'
import { nameOf } from '../members/name.tsx'
import { PostCard } from '../posts/post-card.tsx'
import { me } from '../session/session.ts'
import { askToSignIn } from '../session/sign-in.tsx'
import { PageTrouble } from '../shell/page-trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { useTitle } from '../shell/use-title.ts'
import { Comments, useComments } from './comments.tsx'
import { FullPost } from './full-post.tsx'
import { Reactions } from './reactions.tsx'

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** A post, what it answers, and what was answered. */
export default function ThreadPage() {
  const { params, query } = useRoute()
  // A link that lost a part of its `via` is still a link to the post.
  const via = query.via !== undefined && ID.test(query.via) ? query.via : undefined
  return <Thread key={`${params.id} ${me.value?.id}`} id={params.id!} via={via} />
}

function Thread({ id, via }: { id: string; via: string | undefined }) {
  const { value, error, again } = useFetched(
    async (signal) => ok(await api.GET('/v1/posts/{id}/thread', { params: { path: { id } }, signal })),
    [id],
  )
  const comments = useComments(id, value)
  const post = value?.post
  const title = post && (post.title ?? (post.deleted ? 'A deleted post' : `A post by ${nameOf(post.author)}`))
  useTitle(title)
  if (error !== undefined) return <PageTrouble error={error} again={again} />
  if (!value || !post) return <p aria-busy="true">Loading the post…</p>
  return (
    <>
      {value.moreAncestors && (
        <p>
          <a href={`/posts/${value.ancestors[0]?.id}`}>There is more above</a>
        </p>
      )}
      {value.ancestors.map((one) => (
        <div key={one.id} class="ancestor">
          <PostCard post={one} />
        </div>
      ))}
      <FullPost post={via === undefined ? post : { ...post, via: { repostId: via } }} onUnlocked={again} />
      <Reactions of={post} />
      <section aria-labelledby="comments-title">
        <h2 id="comments-title">Comments</h2>
        {!post.deleted &&
          (me.value ? (
            <Compose replyTo={post} {...(via === undefined ? {} : { via })} onPublished={comments.add} />
          ) : (
            <p>
              <button type="button" class="secondary" onClick={askToSignIn}>
                Sign in to comment
              </button>
            </p>
          ))}
        <Comments of={comments} />
        {comments.items.length === 0 && <p class="hint">Nobody has answered yet.</p>}
      </section>
    </>
  )
}
