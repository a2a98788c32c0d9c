import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { Listed } from '../lists/list.tsx'
import { useList } from '../lists/use-list.ts'
import type { Post } from '../posts/post.ts'
import { PostCard } from '../posts/post-card.tsx'
import { me } from '../session/session.ts'
import { SignedOut } from '../session/signed-out.tsx'
import { tell, tellTrouble } from '../shell/notices.tsx'
import { useTitle } from '../shell/use-title.ts'

/** What a member keeps for later. Nobody else sees it. */
export default function BookmarksPage() {
  useTitle('Bookmarks')
  if (!me.value) return <SignedOut title="Bookmarks" why="Sign in to see what you have kept." />
  return <Bookmarks />
}

function Bookmarks() {
  const posts = useList('/v1/me/bookmarks', {})
  const without = (post: Post) => posts.change((all) => all.filter(({ id }) => id !== post.id))
  async function remove(post: Post): Promise<void> {
    try {
      ok(await api.DELETE('/v1/posts/{id}/bookmark', { params: { path: { id: post.id } } }))
      without(post)
      tell('Taken out of your bookmarks.')
    } catch (error) {
      tellTrouble(error)
    }
  }
  return (
    <>
      <h1>Bookmarks</h1>
      <p class="hint">Only you see these.</p>
      <Listed of={posts} empty="Nothing yet. “Bookmark” in the menu ⋯ of a post keeps it here.">
        {(post) => (
          <div key={post.id}>
            <PostCard post={post} onGone={() => without(post)} />
            <button type="button" class="quiet" onClick={() => remove(post)}>
              Remove this bookmark
            </button>
          </div>
        )}
      </Listed>
    </>
  )
}
