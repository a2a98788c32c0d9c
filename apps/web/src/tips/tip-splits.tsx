import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { Name } from '../members/name.tsx'
import { percentOf } from '../money/amount.ts'
import { me } from '../session/session.ts'
import { useFetched } from '../shell/use-fetched.ts'

/** Among whom a tip on a post is split; nothing where it is one author's. */
export function TipSplits({ postId }: { postId: string }) {
  const { value } = useFetched((signal) => sharersOf(postId, signal), [postId])
  if (!value || value.splits.length === 0) return null
  return (
    <>
      <p class="hint">It is split as the post says:</p>
      <ul>
        {value.splits.map(({ memberId, bps }) => {
          const member = value.members.find(({ id }) => id === memberId)
          return (
            <li key={memberId}>
              {percentOf(bps)} % {member ? <Name of={member} /> : 'a member who left'}
              {memberId === me.value?.id && ' (your part stays with you)'}
            </li>
          )
        })}
      </ul>
    </>
  )
}

async function sharersOf(id: string, signal: AbortSignal) {
  const { splits } = ok(await api.GET('/v1/posts/{id}', { params: { path: { id } }, signal }))
  if (splits.length === 0) return { splits, members: [] }
  const ids = splits.map(({ memberId }) => memberId).join(',')
  const { data: members } = ok(await api.GET('/v1/members', { params: { query: { ids } }, signal }))
  return { splits, members }
}
