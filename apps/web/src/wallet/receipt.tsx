import { type components, ok, ProblemError } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import type { Author } from '../members/name.tsx'
import { Money } from '../money/money.tsx'
import { me } from '../session/session.ts'
import { Fact } from '../shell/fact.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { PartyName } from './party-name.tsx'
import { ReceiptParts } from './receipt-parts.tsx'

type ReceiptBody = components['schemas']['Receipt']

/** As many as the API tells at once. */
const NAMED_MAX = 100

const TYPES: Record<ReceiptBody['type'], string> = {
  credit: 'Credited at once',
  closing: "A share of what was left of a budget at its period's close",
  view: 'A sponsored post was seen',
  reversal: 'Taken back',
  clearing: 'Cleared: pending became available',
  tip: 'Tip',
  unlock: 'Unlock',
  subscription: 'Charge of a subscription',
  grant: 'Grant',
  movement: 'Moved',
}

/** Why money moved: enough to reckon it again. */
export function Receipt({ id }: { id: string }) {
  const { value, error, again } = useFetched((signal) => read(id, signal), [id])
  if (error !== undefined) return <Trouble error={error} again={again} />
  if (value === undefined) return <p aria-busy="true">Looking for the receipt…</p>
  if (value === null) return <p class="hint">There is no receipt for this.</p>
  const { receipt, members } = value
  const { type, payer, postId, kind, period, ruleVersion, amount, fee, view, parts, partsTotal } = receipt
  return (
    <>
      <dl class="facts">
        <Fact name="What">{TYPES[type]}</Fact>
        {kind && <Fact name="For a">{kind}</Fact>}
        {payer && (
          <Fact name="Paid by">
            <PartyName of={payer} among={members} />
          </Fact>
        )}
        {postId && (
          <Fact name="Post">
            <a href={`/posts/${postId}`}>Open it</a>
          </Fact>
        )}
        <Fact name="Gross">
          <Money of={amount} />
        </Fact>
        {fee !== null && (
          <Fact name="Fee">
            <Money of={fee} />
          </Fact>
        )}
        {view?.price && (
          <Fact name="Price of the view">
            <Money of={view.price} />
          </Fact>
        )}
        {period !== null && <Fact name="Period">{period}</Fact>}
        {ruleVersion !== null && <Fact name="Version of the rules">{ruleVersion}</Fact>}
        <Fact name="Receipt">
          <code>{id}</code>
        </Fact>
      </dl>
      {parts.length > 0 && <ReceiptParts parts={parts} total={partsTotal} members={members} />}
    </>
  )
}

/** The receipt with those it names, or null where there is none. */
async function read(id: string, signal: AbortSignal) {
  try {
    const receipt = ok(await api.GET('/v1/wallet/receipts/{id}', { params: { path: { id } }, signal }))
    return { receipt, members: await named(receipt, signal) }
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return null
    throw error
  }
}

async function named({ payer, parts }: ReceiptBody, signal: AbortSignal): Promise<Author[]> {
  const parties = [...(payer ? [payer] : []), ...parts.map(({ receiver }) => receiver)]
  const known = new Set(parties.flatMap((party) => ('memberId' in party ? party.memberId : [])))
  const ids = [...known].filter((id) => id !== me.peek()?.id).slice(0, NAMED_MAX)
  if (ids.length === 0) return []
  const query = { ids: ids.join(',') }
  return ok(await api.GET('/v1/members', { params: { query }, signal })).data
}
