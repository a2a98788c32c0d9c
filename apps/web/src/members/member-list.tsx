import type { ComponentChildren } from 'preact'
import { Listed } from '../lists/list.tsx'
import type { List } from '../lists/use-list.ts'
import type { Member } from '../session/session.ts'
import { Name } from './name.tsx'

type Props = { of: List<Member>; empty: ComponentChildren; children?: (member: Member) => ComponentChildren }

/** Members, a page at a time, each with what may be done about them. */
export function MemberList({ of, empty, children }: Props) {
  return (
    <Listed of={of} empty={empty}>
      {(member) => (
        <div key={member.id} class="member-row">
          <div>
            <Name of={member} />
            {member.bio && <p class="hint">{member.bio}</p>}
          </div>
          {children?.(member)}
        </div>
      )}
    </Listed>
  )
}
