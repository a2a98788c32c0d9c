import { useLocation } from 'preact-iso'
import { earned, unread, wallet } from '../live/live.ts'
import { nameOf, pathOf } from '../members/name.tsx'
import { Money } from '../money/money.tsx'
import { network } from '../network/network.ts'
import { me, signOut } from '../session/session.ts'
import { askToSignIn } from '../session/sign-in.tsx'
import { Bell } from './bell.tsx'

/** Where one is and can go, and what one has. */
export function Header() {
  const { path } = useLocation()
  const current = (to: string) => (path === to ? { 'aria-current': 'page' as const } : {})
  return (
    <header class="container">
      <nav aria-label="Main">
        <ul>
          <li>
            <a href="/" class="brand">
              {network.value?.name ?? 'Rivulet'}
            </a>
          </li>
        </ul>
        <ul>
          <li>
            <a href="/search" {...current('/search')}>
              Search
            </a>
          </li>
          <li>
            <a href="/transparency" {...current('/transparency')}>
              Transparency
            </a>
          </li>
          {me.value ? <Mine /> : <SignInItem />}
        </ul>
      </nav>
    </header>
  )
}

function SignInItem() {
  return (
    <li>
      <button type="button" disabled={me.value === undefined} onClick={askToSignIn}>
        Sign in
      </button>
    </li>
  )
}

function Mine() {
  const member = me.value!
  return (
    <>
      <li>
        <a href="/notifications" aria-label={`Notifications, ${unread.value} unread`}>
          <Bell />
          {unread.value > 0 && <sup class="badge">{unread.value}</sup>}
        </a>
      </li>
      <li>
        <a href="/wallet" class="balance">
          Wallet {wallet.value && <Money of={wallet.value.available} />}
          <span role="status" class="hidden">
            {earned.value && `You earned ${earned.value.amount}`}
          </span>
          {earned.value && (
            <span key={earned.value.times} class="tick" aria-hidden="true">
              +{earned.value.amount}
            </span>
          )}
        </a>
      </li>
      <li>
        <details class="menu">
          <summary>{nameOf(member)}</summary>
          <ul>
            <li>
              <a href={pathOf(member)}>My page</a>
            </li>
            <li>
              <a href="/bookmarks">Bookmarks</a>
            </li>
            <li>
              <a href="/campaigns">Campaigns</a>
            </li>
            <li>
              <a href="/settings">Settings</a>
            </li>
            <li>
              <button type="button" class="quiet" onClick={signOut}>
                Sign out
              </button>
            </li>
          </ul>
        </details>
      </li>
    </>
  )
}
