import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { explain } from '../api/explain.ts'
import { fromUnits } from '../money/amount.ts'
import { loadNetwork } from '../network/network.ts'
import type { ChainState } from './chain-state.ts'
import { type Comparison, compare } from './compare.ts'

type Outcome = { chain: ChainState; rows: Comparison[]; owes: string; isCovered: boolean }

/** Asks the chain from this browser, and sets what it says beside what the server says. */
export function Check() {
  const outcome = useSignal<Outcome | { failure: string } | null>(null)
  const isBusy = useSignal(false)
  const check = async () => {
    isBusy.value = true
    outcome.value = await ask().catch((error: unknown) => ({ failure: explain(error) }))
    isBusy.value = false
  }
  const found = outcome.value
  return (
    <section aria-labelledby="check-title">
      <h2 id="check-title">Do not take our word for it</h2>
      <p>Your browser asks the chain itself, past this server, and compares.</p>
      <button type="button" aria-busy={isBusy.value} disabled={isBusy.value} onClick={check}>
        Check it yourself
      </button>
      <div role="status" class="outcome">
        {found && 'failure' in found && (
          <p class="verdict" data-verdict="unasked">
            <strong>Could not ask.</strong> {found.failure}
          </p>
        )}
        {found && 'rows' in found && <Found {...found} />}
      </div>
    </section>
  )
}

function Found({ chain, rows, owes, isCovered }: Outcome) {
  const isEqual = rows.every((row) => row.isEqual)
  return (
    <>
      <p class="verdict" data-verdict={isEqual && isCovered ? 'equal' : 'unequal'}>
        <strong>{isEqual ? 'Equal.' : 'Not equal.'}</strong> At block {chain.block}, the vault must hold{' '}
        {owes} by its own account, and {isCovered ? 'does' : 'does not'}.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">This server</th>
            <th scope="col">The chain</th>
            <th scope="col">Equal</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.what}>
              <th scope="row">{row.what}</th>
              <td>{row.server}</td>
              <td>{row.chain}</td>
              <td class={row.isEqual ? 'right' : 'wrong'}>{row.isEqual ? '✓ yes' : '✗ no'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

async function ask(): Promise<Outcome> {
  const network = await loadNetwork()
  const said = ok(await api.GET('/v1/transparency'))
  if (said.block === null)
    throw new Error('The server has not read a block of the chain yet. Try again soon.')
  const [{ openChain }, { readChain }] = await Promise.all([
    import('../network/open-chain.ts'),
    import('./chain.ts'),
  ])
  const { provider, close } = await openChain(network)
  try {
    const chain = await readChain(network, provider, said.block)
    const params = { path: { n: chain.number } }
    const epoch = chain.number === 0 ? null : ok(await api.GET('/v1/settlement/epochs/{n}', { params }))
    const { symbol, decimals } = network.asset
    return {
      chain,
      rows: compare(said, chain, epoch, network.asset),
      owes: `${fromUnits(chain.outstanding, decimals)} ${symbol}`,
      isCovered: chain.reserves >= chain.outstanding,
    }
  } finally {
    close()
  }
}
