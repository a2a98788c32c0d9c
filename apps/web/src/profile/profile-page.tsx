import { ok } from '@rivulet/sdk'
import { useRoute } from 'preact-iso'
import { api } from '../api/client.ts'
import { nameOf } from '../members/name.tsx'
import { me } from '../session/session.ts'
import { PageTrouble } from '../shell/page-trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { useTitle } from '../shell/use-title.ts'
import { MemberActs } from './member-acts.tsx'
import { OwnActs } from './own-acts.tsx'
import type { Profile } from './profile.ts'
import { ProfileHead } from './profile-head.tsx'
import { ProfileLists } from './profile-lists.tsx'

/** A member: who they say they are, what they wrote, who follows them. By handle, id or address. */
export default function ProfilePage() {
  const { params } = useRoute()
  return <Member key={`${params.id} ${me.value?.id}`} id={params.id!} />
}

function Member({ id }: { id: string }) {
  const { value, error, again, hold } = useFetched<Profile>(
    async (signal) => ok(await api.GET('/v1/members/{id}', { params: { path: { id } }, signal })),
    [id],
  )
  useTitle(value && nameOf(value))
  if (error !== undefined) return <PageTrouble error={error} again={again} />
  if (!value) return <p aria-busy="true">Loading the page of this member…</p>
  return (
    <>
      <ProfileHead member={value}>
        {me.value?.id === value.id ? (
          <OwnActs member={value} onChange={(changed) => hold({ ...value, ...changed })} />
        ) : (
          <MemberActs member={value} onChange={hold} />
        )}
      </ProfileHead>
      <ProfileLists member={value} />
    </>
  )
}
