import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useList } from '../lists/use-list.ts'
import { MemberList } from '../members/member-list.tsx'
import type { Post } from '../posts/post.ts'
import { PostList } from '../posts/post-list.tsx'

/** Who liked and reposted a post, and what quotes it: each list is read when it is opened. */
export function Reactions({ of: { id, deleted } }: { of: Post }) {
  if (deleted) return null
  return (
    <div class="reactions">
      <Opened name="Who liked it">
        <Likes id={id} />
      </Opened>
      <Opened name="Who reposted it">
        <Reposts id={id} />
      </Opened>
      <Opened name="Who quoted it">
        <Quotes id={id} />
      </Opened>
    </div>
  )
}

function Opened({ name, children }: { name: string; children: ComponentChildren }) {
  const isOpen = useSignal(false)
  return (
    <details
      name="reactions"
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open
      }}
    >
      <summary>{name}</summary>
      {isOpen.value && children}
    </details>
  )
}

function Likes({ id }: { id: string }) {
  return <MemberList of={useList('/v1/posts/{id}/likes', { path: { id } })} empty="Nobody yet." />
}

function Reposts({ id }: { id: string }) {
  return <MemberList of={useList('/v1/posts/{id}/reposts', { path: { id } })} empty="Nobody yet." />
}

function Quotes({ id }: { id: string }) {
  return <PostList of={useList('/v1/posts/{id}/quotes', { path: { id } })} empty="Nobody yet." />
}
