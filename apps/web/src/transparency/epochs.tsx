import { useSignal } from '@preact/signals'
import { Listed } from '../lists/list.tsx'
import { useList } from '../lists/use-list.ts'
import { Money } from '../money/money.tsx'
import { network } from '../network/network.ts'
import { Copy } from '../shell/copy.tsx'
import { Time } from '../shell/time.tsx'
import type { EpochSummary } from './compare.ts'
import { EpochDetails } from './epoch-details.tsx'
import { HistoryChart } from './history.tsx'

const STATES = {
  built: 'Built',
  checked: 'Checked',
  committed: 'On the chain, being waited out',
  active: 'Active',
  settled: 'Settled',
  voided: 'Voided',
}

/** The settlements: drawn over time, and each by its numbers. */
export function Epochs() {
  const list = useList('/v1/settlement/epochs', { query: { limit: 20 } })
  const newest = list.items.find(({ status }) => status === 'active' || status === 'settled')
  return (
    <section aria-labelledby="epochs-title">
      <h2 id="epochs-title">Settlements</h2>
      <HistoryChart of={list.items} />
      <h3>Each by its numbers</h3>
      <Listed of={list} empty="There was no settlement yet. The first comes with the first deposit.">
        {(epoch) => <EpochLine key={epoch.number} of={epoch} />}
      </Listed>
      {newest && <ByHand epoch={newest.number} />}
    </section>
  )
}

function EpochLine({ of: epoch }: { of: EpochSummary }) {
  const wasOpened = useSignal(false)
  return (
    <details
      class="folded"
      data-status={epoch.status}
      onToggle={() => {
        wasOpened.value = true
      }}
    >
      <summary>
        <span>Epoch {epoch.number}</span> <span class="hint">{STATES[epoch.status]}</span>{' '}
        <Money of={epoch.gross} />{' '}
        <span class="hint">
          <Time at={epoch.createdAt} />
        </span>
      </summary>
      {wasOpened.value && <EpochDetails of={epoch} />}
    </details>
  )
}

function ByHand({ epoch }: { epoch: number }) {
  const rpc = network.value?.chain.rpcUrl ?? 'URL_OF_A_NODE'
  const command = `npm run verify -- --rpc ${rpc} --epoch ${epoch} --api ${location.origin}`
  return (
    <>
      <h3>With a program of your own</h3>
      <p>
        From a copy of the source, this rebuilds the whole tree of epoch {epoch} from its{' '}
        <a href={`/v1/settlement/epochs/${epoch}/leaves`} download>
          leaf file
        </a>{' '}
        and compares it with the chain:
      </p>
      <div class="command">
        <code>{command}</code> <Copy text={command} what="The command" />
      </div>
      <p class="hint">
        The file is at <code>/v1/settlement/epochs/{epoch}/leaves</code>. Give one you have kept with{' '}
        <code>--leaves FILE</code> in place of <code>--api</code>.
      </p>
    </>
  )
}
