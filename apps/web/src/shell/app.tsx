import { useEffect } from 'preact/hooks'
import { ErrorBoundary, LocationProvider, lazy, Route, Router } from 'preact-iso'
import { reachable } from '../api/reach.ts'
import { FreshSecret } from '../exit/fresh-secret.tsx'
import { FeedPage } from '../feeds/feed-page.tsx'
import { loadNetwork } from '../network/network.ts'
import { restoreSession } from '../session/session.ts'
import { SignIn } from '../session/sign-in.tsx'
import { Header } from './header.tsx'
import { NotFound } from './not-found.tsx'
import { Notices } from './notices.tsx'
import { Trouble } from './trouble.tsx'
import { useFetched } from './use-fetched.ts'

const PAGES = {
  thread: lazy(() => import('../thread/thread-page.tsx')),
  wallet: lazy(() => import('../wallet/wallet-page.tsx')),
  compose: lazy(() => import('../compose/compose-page.tsx')),
  profile: lazy(() => import('../profile/profile-page.tsx')),
  search: lazy(() => import('../search/search-page.tsx')),
  tag: lazy(() => import('../feeds/tag-page.tsx')),
  notifications: lazy(() => import('../notifications/notifications-page.tsx')),
  settings: lazy(() => import('../settings/settings-page.tsx')),
  report: lazy(() => import('../reports/report-page.tsx')),
  bookmarks: lazy(() => import('../feeds/bookmarks-page.tsx')),
  campaigns: lazy(() => import('../campaigns/campaigns-page.tsx')),
  campaign: lazy(() => import('../campaigns/campaign-page.tsx')),
  rules: lazy(() => import('../rules/rules-page.tsx')),
  transaction: lazy(() => import('../transactions/transaction-page.tsx')),
  transparency: lazy(() => import('../transparency/transparency-page.tsx')),
}

/** The whole page: what stands on each, and the one that the address names. */
export function App() {
  const known = useFetched(() => Promise.all([loadNetwork(), restoreSession()]), [])
  useEffect(() => document.documentElement.setAttribute('data-ready', 'true'), [])
  return (
    <LocationProvider>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header />
      {!reachable.value && (
        <p class="banner" role="alert">
          The server does not answer. What you see is as of before; this page goes on by itself when it is
          back.
        </p>
      )}
      <main id="main" class="container">
        {known.error !== undefined && <Trouble error={known.error} again={known.again} />}
        {known.value && (
          <ErrorBoundary>
            <FreshSecret />
            <Router>
              <Route path="/" component={FeedPage} />
              <Route path="/home" component={FeedPage} />
              <Route path="/latest" component={FeedPage} />
              <Route path="/trending" component={FeedPage} />
              <Route path="/posts/:id" component={PAGES.thread} />
              <Route path="/wallet/:part?" component={PAGES.wallet} />
              <Route path="/compose" component={PAGES.compose} />
              <Route path="/members/:id" component={PAGES.profile} />
              <Route path="/search" component={PAGES.search} />
              <Route path="/tags/:tag" component={PAGES.tag} />
              <Route path="/notifications" component={PAGES.notifications} />
              <Route path="/settings" component={PAGES.settings} />
              <Route path="/report" component={PAGES.report} />
              <Route path="/bookmarks" component={PAGES.bookmarks} />
              <Route path="/campaigns" component={PAGES.campaigns} />
              <Route path="/campaigns/:id" component={PAGES.campaign} />
              <Route path="/rules" component={PAGES.rules} />
              <Route path="/transactions/:hash" component={PAGES.transaction} />
              <Route path="/transparency" component={PAGES.transparency} />
              <Route default component={NotFound} />
            </Router>
          </ErrorBoundary>
        )}
      </main>
      <SignIn />
      <Notices />
    </LocationProvider>
  )
}
