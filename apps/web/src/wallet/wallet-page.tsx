import './wallet.css'
import { useRoute } from 'preact-iso'
import { EarningsChart } from '../earnings/earnings.tsx'
import { ExitSecret } from '../exit/exit-secret.tsx'
import { me } from '../session/session.ts'
import { askToSignIn } from '../session/sign-in.tsx'
import { Balances } from './balances.tsx'
import { Deposit } from './deposit.tsx'
import { Entries } from './entries.tsx'
import { Pledge } from './pledge.tsx'
import { Withdraw } from './withdraw.tsx'

const PARTS = {
  '': { name: 'Overview', shows: Overview },
  deposit: { name: 'Deposit', shows: Deposit },
  withdraw: { name: 'Withdraw', shows: Withdraw },
  statement: { name: 'Statement', shows: Entries },
  exit: { name: 'Exit', shows: ExitSecret },
}
type Part = keyof typeof PARTS

/** What a member has, and what is done with it. */
export default function WalletPage() {
  const { part = '' } = useRoute().params
  if (!me.value)
    return (
      <article>
        <h1>Wallet</h1>
        <p>Sign in to see what you have.</p>
        <button type="button" onClick={askToSignIn}>
          Sign in
        </button>
      </article>
    )
  const shown: Part = part in PARTS ? (part as Part) : ''
  const { shows: Shown } = PARTS[shown]
  return (
    <div class="wallet">
      <h1>Wallet</h1>
      <nav class="tabs" aria-label="Parts of the wallet">
        {(Object.keys(PARTS) as Part[]).map((one) => (
          <a
            key={one}
            href={one === '' ? '/wallet' : `/wallet/${one}`}
            {...(one === shown ? { 'aria-current': 'page' } : {})}
          >
            {PARTS[one].name}
          </a>
        ))}
      </nav>
      <Shown key={me.value.id} />
    </div>
  )
}

function Overview() {
  return (
    <>
      <Balances />
      <EarningsChart />
      <Pledge />
    </>
  )
}
