import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { Listed } from '../lists/list.tsx'
import { useList } from '../lists/use-list.ts'
import { Money } from '../money/money.tsx'
import { tell, tellTrouble } from '../shell/notices.tsx'

const STATES = { active: 'goes on', pastDue: 'paused: there was not enough money', cancelled: 'ended' }

/** Whom a member pays again and again, and the end of it. */
export function Subscriptions() {
  const subscriptions = useList('/v1/subscriptions', {})
  async function end(id: string): Promise<void> {
    try {
      ok(await api.DELETE('/v1/subscriptions/{id}', { params: { path: { id } } }))
      tell('Ended: nothing more is paid.')
      await subscriptions.refresh()
    } catch (error) {
      tellTrouble(error)
    }
  }
  return (
    <Listed of={subscriptions} empty="None. “Subscribe” on a member's page begins one.">
      {({ id, memberId, amount, interval, status, nextAt }) => (
        <div key={id} class="member-row">
          <div>
            <a href={`/members/${memberId}`}>
              <Money of={amount} /> a {interval}
            </a>
            <p class="hint">
              {STATES[status]}
              {nextAt && `, next on ${new Date(nextAt).toLocaleDateString()}`}
            </p>
          </div>
          {status !== 'cancelled' && (
            <button type="button" class="secondary" onClick={() => end(id)}>
              End
            </button>
          )}
        </div>
      )}
    </Listed>
  )
}
