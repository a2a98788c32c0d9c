import { useRoute } from 'preact-iso'
import { shortAddress } from '../members/name.tsx'
import { fromUnits } from '../money/amount.ts'
import { Money } from '../money/money.tsx'
import { loadNetwork, network } from '../network/network.ts'
import { me } from '../session/session.ts'
import { Copy } from '../shell/copy.tsx'
import { Fact } from '../shell/fact.tsx'
import { PageTrouble } from '../shell/page-trouble.tsx'
import { Time } from '../shell/time.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { useTitle } from '../shell/use-title.ts'
import type { Transaction, Transfer } from './read-transaction.ts'

const SHOWN_MAX = 100
const STATES = { waiting: 'In no block yet', done: 'Done', failed: 'Failed: it changed nothing' }

/** A transaction, asked of the chain by this browser: the server has no part in it. */
export default function TransactionPage() {
  const { params } = useRoute()
  return <TransactionOf key={params.hash} hash={params.hash!} />
}

function TransactionOf({ hash }: { hash: string }) {
  const { value, error, again } = useFetched(() => ask(hash), [hash])
  useTitle('Transaction')
  if (error !== undefined) return <PageTrouble error={error} again={again} />
  if (!value) return <p aria-busy="true">Asking the chain…</p>
  return (
    <>
      <h1>Transaction</h1>
      <p class="hint">As a node of the chain tells it to your browser, past this server.</p>
      <dl class="facts">
        <Fact name="Hash">
          <code>{hash}</code> <Copy text={hash} what="The hash" />
        </Fact>
        <Fact name="State">
          <span data-status={value.status}>{STATES[value.status]}</span>{' '}
          {value.status === 'waiting' && (
            <button type="button" class="quiet" onClick={again}>
              Look again
            </button>
          )}
        </Fact>
        <Fact name="From">
          <Party of={value.from} />
        </Fact>
        <Fact name="To">{value.to ? <Party of={value.to} /> : 'a new contract'}</Fact>
        {value.status !== 'waiting' && (
          <>
            <Fact name="Block">
              {value.block}, <Time at={value.at.toISOString()} />
            </Fact>
            <Fact name="Gas">{value.gasUsed.toLocaleString('en')}</Fact>
          </>
        )}
      </dl>
      {value.status !== 'waiting' && <Transfers of={value.transfers} />}
    </>
  )
}

async function ask(hash: string): Promise<Transaction> {
  if (!/^0x[0-9a-fA-F]{64}$/.test(hash)) throw new Error('A hash is 0x and 64 hex digits: this is none.')
  const [{ openChain }, { readTransaction }, known] = await Promise.all([
    import('../network/open-chain.ts'),
    import('./read-transaction.ts'),
    loadNetwork(),
  ])
  const { provider, close } = await openChain(known)
  try {
    const found = await readTransaction(known, provider, hash)
    if (found) return found
  } finally {
    close()
  }
  throw new Error('The node knows no such transaction. If it was just sent, try again in a moment.')
}

function Transfers({ of: transfers }: { of: Transfer[] }) {
  const { symbol, decimals } = network.value!.asset
  if (transfers.length === 0) return <p>It moved no {symbol}.</p>
  return (
    <section aria-labelledby="transfers-title">
      <h2 id="transfers-title">What it moved</h2>
      <ul class="transfers">
        {transfers.slice(0, SHOWN_MAX).map(({ from, to, units }, i) => (
          <li key={i}>
            <Money of={fromUnits(units, decimals)} /> from <Party of={from} /> to <Party of={to} />
          </li>
        ))}
      </ul>
      {transfers.length > SHOWN_MAX && <p>And {transfers.length - SHOWN_MAX} more.</p>}
    </section>
  )
}

function Party({ of: address }: { of: string }) {
  const isOf = (other: string | undefined) => address.toLowerCase() === other?.toLowerCase()
  if (isOf(me.value?.address)) return <strong>you</strong>
  if (isOf(network.value?.chain.vault)) return <span title={address}>the vault</span>
  if (isOf(network.value?.asset.address)) return <span title={address}>the token</span>
  return <code title={address}>{shortAddress(address)}</code>
}
