import type { components } from '@rivulet/sdk'
import { me } from '../session/session.ts'

/** Who paid or was paid: oneself, a member one may know, or a name that only tells the same one from others. */
export function PartyName({ of }: { of: components['schemas']['Party'] }) {
  if ('pseudonym' in of)
    return (
      <code title="The same member has the same name towards you, and another towards others">
        {of.pseudonym}
      </code>
    )
  if (of.memberId === me.value?.id) return <>you</>
  return <a href={`/members/${of.memberId}`}>a member</a>
}
