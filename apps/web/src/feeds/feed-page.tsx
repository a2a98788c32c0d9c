import { useLocation } from 'preact-iso'
import { SponsoredCard } from '../ads/sponsored-card.tsx'
import { Compose } from '../compose/compose.tsx'
import { Listed } from '../lists/list.tsx'
import { useList } from '../lists/use-list.ts'
import { newInHome } from '../live/live.ts'
import type { FeedPost } from '../posts/post.ts'
import { PostCard } from '../posts/post-card.tsx'
import { me } from '../session/session.ts'
import { useTitle } from '../shell/use-title.ts'
import { NewPosts } from './new-posts.tsx'
import { Welcome } from './welcome.tsx'

const FEEDS = {
  '/home': {
    list: '/v1/feeds/home',
    name: 'Home',
    empty: 'Nobody you follow has written yet. Look at Latest, and follow whom you like.',
  },
  '/latest': { list: '/v1/feeds/latest', name: 'Latest', empty: 'Nobody has written yet. Be the first.' },
  '/trending': { list: '/v1/feeds/trending', name: 'Trending', empty: 'Nothing is talked about right now.' },
} as const
type FeedPath = keyof typeof FEEDS

/** After which post the sponsored one stands. */
const SPONSORED_AFTER = 1

/** The three feeds, what one writes above them, and a sponsored post in them. */
export function FeedPage() {
  const { path } = useLocation()
  const shown: FeedPath = path in FEEDS ? (path as FeedPath) : me.value ? '/home' : '/latest'
  return (
    <>
      {me.value ? <Compose /> : <Welcome />}
      <nav class="tabs" aria-label="Feeds">
        {(Object.keys(FEEDS) as FeedPath[])
          .filter((tab) => me.value || tab !== '/home')
          .map((tab) => (
            <a key={tab} href={tab} {...(tab === shown ? { 'aria-current': 'page' } : {})}>
              {FEEDS[tab].name}
            </a>
          ))}
      </nav>
      <Feed key={shown} path={shown} />
    </>
  )
}

function Feed({ path }: { path: FeedPath }) {
  const { list, name, empty } = FEEDS[path]
  useTitle(me.value ? name : undefined)
  const posts = useList<'/v1/feeds/latest'>(list as '/v1/feeds/latest', {})
  async function showNew(): Promise<void> {
    newInHome.value = []
    await posts.refresh()
  }
  return (
    <section aria-label={name}>
      {me.value && <h1 class="hidden">{name}</h1>}
      {path !== '/trending' && (
        <NewPosts isHome={path === '/home'} newest={posts.items[0]?.id} onShow={showNew} />
      )}
      <Listed of={posts} empty={empty}>
        {(post: FeedPost, place) => (
          <>
            <PostCard
              key={post.id}
              post={post}
              onGone={() => posts.change((all) => all.filter(({ id }) => id !== post.id))}
            />
            {place === SPONSORED_AFTER && me.value && <SponsoredCard beside={post.id} />}
          </>
        )}
      </Listed>
    </section>
  )
}
