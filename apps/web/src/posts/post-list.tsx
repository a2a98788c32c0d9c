import type { ComponentChildren } from 'preact'
import { Listed } from '../lists/list.tsx'
import type { List } from '../lists/use-list.ts'
import type { Post } from './post.ts'
import { PostCard } from './post-card.tsx'

type Props<T> = { of: List<T>; empty: ComponentChildren; keyOf?: (post: T) => string }

/** Posts, a page at a time. */
export function PostList<T extends Post>({ of, empty, keyOf = ({ id }) => id }: Props<T>) {
  return (
    <Listed of={of} empty={empty}>
      {(post) => (
        <PostCard
          key={keyOf(post)}
          post={post}
          onGone={() => of.change((all) => all.filter(({ id }) => id !== post.id))}
        />
      )}
    </Listed>
  )
}
