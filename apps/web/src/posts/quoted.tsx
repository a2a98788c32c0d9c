import { Name } from '../members/name.tsx'
import { Time } from '../shell/time.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { postById } from './by-id.ts'
import { NoteText } from './note-text.tsx'
import { pathOfPost } from './post.ts'

/** The post that another quotes, inside of that. */
export function Quoted({ id }: { id: string }) {
  const { value: post, error } = useFetched(() => postById(id), [id])
  if (error !== undefined) return <p class="quoted hint">The quoted post could not be read.</p>
  if (post === undefined) return <p class="quoted" aria-busy="true" />
  if (post === null) return <p class="quoted hint">The quoted post is not there any more.</p>
  return (
    <blockquote class="quoted">
      <header>
        <Name of={post.author} />{' '}
        <a class="hint" href={pathOfPost(post)}>
          <Time at={post.createdAt} />
        </a>
      </header>
      {post.kind === 'note' ? (
        <NoteText post={post} />
      ) : (
        <a href={pathOfPost(post)}>
          <strong>{post.title ?? 'An article'}</strong>
        </a>
      )}
    </blockquote>
  )
}
