import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { type List, useList } from '../lists/use-list.ts'
import { MemberList } from '../members/member-list.tsx'
import type { Member } from '../session/session.ts'
import { tell, tellTrouble } from '../shell/notices.tsx'

/** Whom a member does not want to see, and whom they keep away. */
export function HiddenMembers() {
  const mutes = useList('/v1/me/mutes', {})
  const blocks = useList('/v1/me/blocks', {})

  async function end(list: List<Member>, kind: 'mute' | 'block', { id }: Member): Promise<void> {
    try {
      ok(await api.DELETE(`/v1/members/{id}/${kind}`, { params: { path: { id } } }))
      list.change((all) => all.filter((one) => one.id !== id))
      tell(kind === 'mute' ? 'They are in your feeds again.' : 'They are not blocked any more.')
    } catch (error) {
      tellTrouble(error)
    }
  }

  return (
    <>
      <h3>Muted</h3>
      <MemberList of={mutes} empty="Nobody.">
        {(member) => (
          <button type="button" class="secondary" onClick={() => end(mutes, 'mute', member)}>
            Unmute
          </button>
        )}
      </MemberList>
      <h3>Blocked</h3>
      <MemberList of={blocks} empty="Nobody.">
        {(member) => (
          <button type="button" class="secondary" onClick={() => end(blocks, 'block', member)}>
            Unblock
          </button>
        )}
      </MemberList>
    </>
  )
}
