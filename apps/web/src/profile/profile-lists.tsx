import { useRoute } from 'preact-iso'
import { useList } from '../lists/use-list.ts'
import { MemberList } from '../members/member-list.tsx'
import { pathOf } from '../members/name.tsx'
import { PostList } from '../posts/post-list.tsx'
import type { Member } from '../session/session.ts'

const LISTS = { posts: 'Posts', followers: 'Followers', following: 'Following' } as const
type ListName = keyof typeof LISTS

/** What a member wrote and reposted, and whom they know. */
export function ProfileLists({ member }: { member: Member }) {
  const { query } = useRoute()
  const shown: ListName = query.list !== undefined && query.list in LISTS ? (query.list as ListName) : 'posts'
  return (
    <>
      <nav class="tabs" aria-label="Of this member">
        {(Object.keys(LISTS) as ListName[]).map((one) => (
          <a
            key={one}
            href={one === 'posts' ? pathOf(member) : `${pathOf(member)}?list=${one}`}
            {...(one === shown ? { 'aria-current': 'page' } : {})}
          >
            {LISTS[one]}
          </a>
        ))}
      </nav>
      <section aria-label={LISTS[shown]}>
        {shown === 'posts' ? <Posts id={member.id} /> : <Members key={shown} id={member.id} list={shown} />}
      </section>
    </>
  )
}

function Posts({ id }: { id: string }) {
  const posts = useList('/v1/members/{id}/posts', { path: { id } })
  return (
    <PostList
      of={posts}
      empty="Nothing was written here yet."
      keyOf={(post) => post.via?.repostId ?? post.id}
    />
  )
}

function Members({ id, list }: { id: string; list: 'followers' | 'following' }) {
  const path = `/v1/members/{id}/${list}` as '/v1/members/{id}/followers'
  return (
    <MemberList
      of={useList(path, { path: { id } })}
      empty={list === 'followers' ? 'Nobody follows them yet.' : 'They follow nobody yet.'}
    />
  )
}
