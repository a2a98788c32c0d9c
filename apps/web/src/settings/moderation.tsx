import { useSignal } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { Listed } from '../lists/list.tsx'
import { useList } from '../lists/use-list.ts'
import { ToldRow } from '../notifications/told-row.tsx'
import { REASONS } from '../reports/reasons.ts'
import { tell } from '../shell/notices.tsx'
import { Time } from '../shell/time.tsx'
import { Trouble } from '../shell/trouble.tsx'

const OUTCOMES = {
  open: 'not looked at yet',
  dismissed: 'nothing was done',
  acted_upon: 'something was done',
}

/** What moderators decided about a member, what that member says to it, and what they reported. */
export function Moderation() {
  const decided = useList('/v1/notifications', { query: { types: 'moderation' } })
  const appeals = useList('/v1/me/appeals', {})
  const reports = useList('/v1/me/reports', {})
  const appealed = new Set(appeals.items.map(({ action }) => action.id))
  return (
    <>
      <h3>About me</h3>
      <Listed of={decided} empty="Nothing: no moderator has decided anything about you.">
        {(told) => (
          <div key={told.id}>
            <ToldRow told={told} />
            {told.kind === 'moderation' && told.body.appeal && !appealed.has(told.ref.id) && (
              <AppealForm actionId={told.ref.id} onSent={appeals.refresh} />
            )}
          </div>
        )}
      </Listed>
      <h3>My appeals</h3>
      <Listed of={appeals} empty="None.">
        {({ id, text, decision, decisionReason, createdAt }) => (
          <div key={id} class="member-row">
            <div>
              <p>{text}</p>
              <p class="hint">
                <Time at={createdAt} /> ·{' '}
                {decision === null
                  ? 'not decided yet'
                  : `${decision === 'uphold' ? 'refused' : 'granted'}: ${decisionReason ?? ''}`}
              </p>
            </div>
          </div>
        )}
      </Listed>
      <h3>My reports</h3>
      <Listed of={reports} empty="None.">
        {({ id, subject, reason, createdAt, outcome }) => (
          <div key={id} class="member-row">
            <div>
              <a href={`/${subject.type}s/${subject.id}`}>A {subject.type}</a>: {REASONS[reason]}
              <p class="hint">
                <Time at={createdAt} /> · {OUTCOMES[outcome]}
              </p>
            </div>
          </div>
        )}
      </Listed>
    </>
  )
}

function AppealForm({ actionId, onSent }: { actionId: string; onSent: () => Promise<void> }) {
  const text = useSignal('')
  const isBusy = useSignal(false)
  const refused = useSignal<unknown>(undefined)
  async function send(event: Event): Promise<void> {
    event.preventDefault()
    isBusy.value = true
    refused.value = undefined
    try {
      ok(await api.POST('/v1/appeals', { body: { actionId, text: text.value.trim() } }))
      tell('Your appeal is sent. Another moderator will decide.')
      await onSent()
    } catch (error) {
      refused.value = error
    }
    isBusy.value = false
  }
  return (
    <form onSubmit={send}>
      <label>
        Why is it wrong?
        <textarea
          required
          rows={3}
          maxLength={5000}
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value
          }}
        />
      </label>
      {refused.value !== undefined && <Trouble error={refused.value} />}
      <button type="submit" aria-busy={isBusy.value} disabled={isBusy.value}>
        Appeal
      </button>
    </form>
  )
}
