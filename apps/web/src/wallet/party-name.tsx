import type { components } from '@rivulet/sdk'
import { type Author, Name } from '../members/name.tsx'
import { me } from '../session/session.ts'

type Props = { of: components['schemas']['Party']; among: Author[] }

/** Who paid or was paid: oneself, a member one may know, or a name that only tells the same one from others. */
export function PartyName({ of, among }: Props) {
  if ('pseudonym' in of)
    return (
      <code title="The same member has the same name towards you, and another towards others">
        {of.pseudonym}
      </code>
    )
  if (of.memberId === me.value?.id) return <>you</>
  const member = among.find(({ id }) => id === of.memberId)
  return member ? <Name of={member} /> : <>a member who left</>
}
