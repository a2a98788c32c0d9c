import { useLocation, useRoute } from 'preact-iso'
import { Listed } from '../lists/list.tsx'
import { type List, useList } from '../lists/use-list.ts'
import { MemberList } from '../members/member-list.tsx'
import type { FeedPost } from '../posts/post.ts'
import { PostList } from '../posts/post-list.tsx'
import type { Member } from '../session/session.ts'
import { useTitle } from '../shell/use-title.ts'

const KINDS = { posts: 'Posts', members: 'Members', tags: 'Tags' } as const
type Kind = keyof typeof KINDS
type Tag = { tag: string; posts: number }

/** Posts, members and tags by words. What is sought is in the address, so that it can be shared and gone back to. */
export default function SearchPage() {
  const { query } = useRoute()
  const { route } = useLocation()
  const q = query.q?.trim() ?? ''
  const kind: Kind = query.type !== undefined && query.type in KINDS ? (query.type as Kind) : 'posts'
  const addressOf = (words: string, type: Kind) =>
    `/search?${new URLSearchParams({ q: words, ...(type === 'posts' ? {} : { type }) })}`
  useTitle(q === '' ? 'Search' : `${q} · Search`)
  return (
    <>
      <h1>Search</h1>
      <search>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const words = new FormData(event.currentTarget).get('q')
            route(addressOf(String(words).trim(), kind))
          }}
        >
          <fieldset class="inline">
            <input
              key={q}
              type="search"
              name="q"
              aria-label="Words"
              required
              maxLength={200}
              defaultValue={q}
            />
            <button type="submit">Search</button>
          </fieldset>
        </form>
      </search>
      {q === '' ? (
        <p class="hint">
          Words find posts that have all of them; “in quotes” a phrase; -word leaves one out.
        </p>
      ) : (
        <>
          <nav class="tabs" aria-label="What is sought">
            {(Object.keys(KINDS) as Kind[]).map((one) => (
              <a key={one} href={addressOf(q, one)} {...(one === kind ? { 'aria-current': 'page' } : {})}>
                {KINDS[one]}
              </a>
            ))}
          </nav>
          <Found key={`${kind} ${q}`} q={q} kind={kind} />
        </>
      )}
    </>
  )
}

function Found({ q, kind }: { q: string; kind: Kind }) {
  const found: unknown = useList('/v1/search', { query: { q, type: kind } })
  const empty = 'Nothing was found. Try fewer words, or others.'
  if (kind === 'members') return <MemberList of={found as List<Member>} empty={empty} />
  if (kind === 'posts') return <PostList of={found as List<FeedPost>} empty={empty} />
  return (
    <Listed of={found as List<Tag>} empty={empty}>
      {({ tag, posts }) => (
        <div key={tag} class="member-row">
          <a href={`/tags/${encodeURIComponent(tag)}`}>#{tag}</a>
          <span class="hint">
            {posts} {posts === 1 ? 'post' : 'posts'}
          </span>
        </div>
      )}
    </Listed>
  )
}
