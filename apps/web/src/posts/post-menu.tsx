import type { Signal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import type { ComponentChildren } from 'preact'
import { api } from '../api/client.ts'
import { nameOf } from '../members/name.tsx'
import { me } from '../session/session.ts'
import { tell, tellTrouble } from '../shell/notices.tsx'
import { type Post, pathOfPost } from './post.ts'

type Props = { post: Signal<Post>; onGone?: () => void }

/** What is done with a post now and then. */
export function PostMenu({ post, onGone }: Props) {
  const { id, author } = post.value
  const isMine = me.value?.id === author.id
  const path = { path: { id } }

  async function act(
    does: () => Promise<{ error?: unknown; response: Response }>,
    said: string,
  ): Promise<void> {
    try {
      ok(await does())
      tell(said)
    } catch (error) {
      tellTrouble(error)
    }
  }

  return (
    <details class="menu">
      <summary aria-label="More">⋯</summary>
      <ul>
        <li>
          <a href={pathOfPost(post.value)}>Open</a>
        </li>
        <li>
          <a href={`/compose?quote=${id}`}>Quote</a>
        </li>
        <Item onChoose={() => act(() => api.PUT('/v1/posts/{id}/bookmark', { params: path }), 'Bookmarked.')}>
          Bookmark
        </Item>
        {isMine ? (
          <Item
            onChoose={() =>
              act(() => api.DELETE('/v1/posts/{id}', { params: path }), 'Deleted.').then(() => onGone?.())
            }
          >
            Delete
          </Item>
        ) : (
          <>
            <Item
              onChoose={() =>
                act(
                  () => api.PUT('/v1/members/{id}/mute', { params: { path: { id: author.id } } }),
                  `${nameOf(author)} is out of your feeds now.`,
                )
              }
            >
              Mute {nameOf(author)}
            </Item>
            <li>
              <a href={`/report?post=${id}`}>Report</a>
            </li>
          </>
        )}
      </ul>
    </details>
  )
}

function Item({ onChoose, children }: { onChoose: () => void; children: ComponentChildren }) {
  return (
    <li>
      <button
        type="button"
        class="quiet"
        onClick={({ currentTarget }) => {
          currentTarget.closest('details')?.removeAttribute('open')
          onChoose()
        }}
      >
        {children}
      </button>
    </li>
  )
}
