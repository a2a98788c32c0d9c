import type { Signal } from '@preact/signals'
import { ActButton } from '../acts/act-button.tsx'
import { LIKE } from '../acts/like.ts'
import { REPOST } from '../acts/repost.ts'
import { Name } from '../members/name.tsx'
import { Money } from '../money/money.tsx'
import { me } from '../session/session.ts'
import { Time } from '../shell/time.tsx'
import { TipButton } from '../tips/tip-button.tsx'
import { NoteText } from './note-text.tsx'
import { type Post, pathOfPost } from './post.ts'
import { PostMenu } from './post-menu.tsx'
import { Quoted } from './quoted.tsx'
import { Tags } from './tags.tsx'
import { usePost } from './use-post.ts'

/** A post as lists show it. */
export function PostCard({ post: given, onGone }: { post: Post; onGone?: () => void }) {
  const post = usePost(given)
  const { via, author, createdAt, editedAt, deleted, tags } = post.value
  if (deleted) return <article class="post hint">This post was deleted.</article>
  return (
    <article class="post">
      <header>
        {via?.by && (
          <small class="hint">
            ⟳ shared by <Name of={via.by} />
          </small>
        )}
        <Name of={author} />
        <a class="hint" href={pathOfPost(post.value)}>
          <Time at={createdAt} />
          {editedAt && ' · edited'}
        </a>
      </header>
      <PostBody post={post.value} />
      {post.value.quoteOf !== null && <Quoted id={post.value.quoteOf} />}
      <Tags of={tags} />
      <PostActs post={post} {...(onGone ? { onGone } : {})} />
    </article>
  )
}

/** Notes in whole, articles by their title. */
function PostBody({ post }: { post: Post }) {
  if (post.kind === 'note') return <NoteText post={post} />
  return (
    <a class="article-link" href={pathOfPost(post)}>
      <strong>{post.title ?? 'An article'}</strong>
      <span class="hint">
        {post.locked && post.price !== null ? (
          <>
            Unlock it for <Money of={post.price} />
          </>
        ) : (
          'Read the article'
        )}
      </span>
    </a>
  )
}

/** What can be done with a post, and what it has earned. */
export function PostActs({ post, onGone }: { post: Signal<Post>; onGone?: () => void }) {
  const { counts, earned, author } = post.value
  return (
    <footer class="acts">
      <ActButton act={LIKE} post={post} />
      <a class="act" href={pathOfPost(post.value)} aria-label={`Comments, ${counts.comments} so far`}>
        ✎ {counts.comments}
      </a>
      <ActButton act={REPOST} post={post} />
      {me.value?.id !== author.id && <TipButton to={{ postId: post.value.id }} name={author} />}
      <span class="earned" title="What this post has earned so far">
        {earned !== '0' && <Money of={earned} />}
      </span>
      {me.value && <PostMenu post={post} {...(onGone ? { onGone } : {})} />}
    </footer>
  )
}
