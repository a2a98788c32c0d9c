import { useSignal } from '@preact/signals'
import { type components, ok } from '@rivulet/sdk'
import { useRoute } from 'preact-iso'
import { api } from '../api/client.ts'
import { Quoted } from '../posts/quoted.tsx'
import { me } from '../session/session.ts'
import { SignedOut } from '../session/signed-out.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useTitle } from '../shell/use-title.ts'
import { REASONS } from './reasons.ts'

type Reason = components['schemas']['Report']['reason']

/** Tells the moderators of a post or a member. */
export default function ReportPage() {
  const { post, member } = useRoute().query
  const title = post ? 'Report a post' : 'Report a member'
  useTitle(title)
  if (!me.value) return <SignedOut title={title} why="Sign in to report something." />
  return (
    <>
      <h1>{title}</h1>
      {post && <Quoted id={post} />}
      {post || member ? (
        <ReportForm subject={post ? { postId: post } : { memberId: member! }} />
      ) : (
        <p>Choose “Report” in the menu of the post, or on the page of the member.</p>
      )}
    </>
  )
}

function ReportForm({ subject }: { subject: { postId: string } | { memberId: string } }) {
  const reason = useSignal<Reason>('spam')
  const text = useSignal('')
  const isBusy = useSignal(false)
  const isDone = useSignal(false)
  const refused = useSignal<unknown>(undefined)

  async function send(event: Event): Promise<void> {
    event.preventDefault()
    isBusy.value = true
    refused.value = undefined
    try {
      const said = text.value.trim() === '' ? {} : { text: text.value.trim() }
      ok(await api.POST('/v1/reports', { body: { ...subject, reason: reason.value, ...said } }))
      isDone.value = true
    } catch (error) {
      refused.value = error
    }
    isBusy.value = false
  }

  if (isDone.value)
    return (
      <p role="status">
        Thank you. A moderator will look at it; <a href="/settings#moderation">your reports</a> say what came
        of it.
      </p>
    )
  return (
    <form onSubmit={send}>
      <label>
        What is wrong?
        <select
          value={reason.value}
          onChange={({ currentTarget }) => {
            reason.value = currentTarget.value as Reason
          }}
        >
          {Object.entries(REASONS).map(([one, words]) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        What should a moderator know?
        <textarea
          rows={4}
          maxLength={2000}
          value={text.value}
          onInput={({ currentTarget }) => {
            text.value = currentTarget.value
          }}
        />
      </label>
      {refused.value !== undefined && <Trouble error={refused.value} />}
      <button type="submit" aria-busy={isBusy.value} disabled={isBusy.value}>
        Report
      </button>
    </form>
  )
}
