import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { Money } from '../money/money.tsx'
import { Copy } from '../shell/copy.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { TxHash } from '../wallet/tx-hash.tsx'
import type { EpochSummary } from './compare.ts'

/** What an epoch says in all, and where on the chain it says so. */
export function EpochDetails({ of: epoch }: { of: EpochSummary }) {
  const { value, error, again } = useFetched(
    async (signal) =>
      ok(await api.GET('/v1/settlement/epochs/{n}', { params: { path: { n: epoch.number } }, signal })),
    [epoch.number, epoch.status],
  )
  return (
    <>
      <dl class="epoch-facts">
        <dt>Root</dt>
        <dd>
          <code>{epoch.root}</code> <Copy text={epoch.root} what={`The root of epoch ${epoch.number}`} />
        </dd>
        <dt>The tree adds up to</dt>
        <dd>
          <Money of={epoch.gross} />
        </dd>
        <dt>Of that, ever granted for claiming</dt>
        <dd>
          <Money of={epoch.authorisedTotal} />
        </dd>
        <dt>Paid out beside it</dt>
        <dd>
          <Money of={epoch.payoutTotal} />
        </dd>
        <dt>Deposits in it</dt>
        <dd>
          <Money of={epoch.depositsSeen} />, up to block {epoch.snapshotBlock}
        </dd>
        <dt>Committed by</dt>
        <dd>{value?.commitTx ? <TxHash hash={value.commitTx} /> : 'not final yet'}</dd>
        <dt>Activated by</dt>
        <dd>
          {value?.activateTx ? <TxHash hash={value.activateTx} /> : 'not final yet, or by somebody else'}
        </dd>
        <dt>Leaf file</dt>
        <dd>
          {value?.leavesUrl === null ? (
            'no longer kept'
          ) : (
            <a href={`/v1/settlement/epochs/${epoch.number}/leaves`} download>
              /v1/settlement/epochs/{epoch.number}/leaves
            </a>
          )}
        </dd>
      </dl>
      {error !== undefined && <Trouble error={error} again={again} />}
    </>
  )
}
