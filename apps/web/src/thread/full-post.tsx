import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { useSeen } from '../ads/use-seen.ts'
import { ArticleText } from '../markdown/article-text.tsx'
import { Name, nameOf } from '../members/name.tsx'
import { NoteText } from '../posts/note-text.tsx'
import type { Post } from '../posts/post.ts'
import { PostActs } from '../posts/post-card.tsx'
import { Quoted } from '../posts/quoted.tsx'
import { Tags } from '../posts/tags.tsx'
import { usePost } from '../posts/use-post.ts'
import { me } from '../session/session.ts'
import { Time } from '../shell/time.tsx'
import { Locked } from './locked.tsx'
import { readPost } from './read-post.ts'
import { Revisions } from './revisions.tsx'
import { Signature } from './signature.tsx'

/** A little more than the five seconds that the API asks for. */
const READ_MS = 5_200

/** A post in whole. Who reads it for a while pays its author a little. */
export function FullPost({ post: given, onUnlocked }: { post: Post; onUnlocked: () => void }) {
  const post = usePost(given)
  const element = useRef<HTMLElement>(null)
  const isGone = useSignal(false)
  const said = useSignal('')
  const { author, createdAt, editedAt, kind, title, text, tags, quoteOf, locked, deleted } = post.value
  const counts = me.value && me.value.id !== author.id && !locked && !deleted
  useSeen(element, counts ? READ_MS : null, async (dwellMs) => {
    said.value = await readPost(given, dwellMs)
  })
  if (deleted || isGone.value)
    return (
      <article class="post">
        <h1>This post was deleted</h1>
        <p class="hint">Its text is gone. What others answered is below.</p>
      </article>
    )
  return (
    <article class="post full" ref={element}>
      <header>
        <Name of={author} />
        <span class="hint">
          <Time at={createdAt} />
          {editedAt && (
            <>
              {' '}
              · edited <Time at={editedAt} />
            </>
          )}
        </span>
      </header>
      {title ? <h1>{title}</h1> : <h1 class="hidden">A post by {nameOf(author)}</h1>}
      {locked ? (
        <Locked post={post.value} onUnlocked={onUnlocked} />
      ) : kind === 'note' ? (
        <NoteText post={post.value} />
      ) : (
        <ArticleText text={text ?? ''} />
      )}
      {quoteOf !== null && <Quoted id={quoteOf} />}
      <Tags of={tags} />
      {editedAt && kind === 'article' && <Revisions of={post.value} />}
      <Signature of={post.value} />
      <p role="status" class="hint read">
        {said.value}
      </p>
      {kind === 'article' && me.value?.id === author.id && (
        <a href={`/compose?revise=${post.value.id}`}>Revise this article</a>
      )}
      <PostActs
        post={post}
        onGone={() => {
          isGone.value = true
        }}
      />
    </article>
  )
}
