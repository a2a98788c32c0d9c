import { useLocation, useRoute } from 'preact-iso'
import { pathOfPost } from '../posts/post.ts'
import { Quoted } from '../posts/quoted.tsx'
import { me } from '../session/session.ts'
import { SignedOut } from '../session/signed-out.tsx'
import { useTitle } from '../shell/use-title.ts'
import { ArticleForm } from './article-form.tsx'
import { Compose } from './compose.tsx'
import { ReviseForm } from './revise-form.tsx'

/** Where more than a line is written: an article, a note, words to a post that is quoted, an article anew. */
export default function ComposePage() {
  const { query } = useRoute()
  const { route } = useLocation()
  const { quote, revise, kind } = query
  const isNote = quote !== undefined || kind === 'note'
  const title = revise
    ? 'Revise an article'
    : quote
      ? 'Quote a post'
      : isNote
        ? 'Write a note'
        : 'Write an article'
  useTitle(title)
  if (!me.value) return <SignedOut title={title} why="Sign in to write." />
  const open = (post: { id: string }) => route(pathOfPost(post))
  return (
    <>
      <h1>{title}</h1>
      {quote && <Quoted id={quote} />}
      {revise ? (
        <ReviseForm key={revise} id={revise} onDone={open} />
      ) : isNote ? (
        <Compose {...(quote ? { quoteOf: quote } : {})} onPublished={open} />
      ) : (
        <ArticleForm onPublished={open} />
      )}
    </>
  )
}
