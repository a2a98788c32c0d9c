import { useSignal, useSignalEffect } from '@preact/signals'
import { ok } from '@rivulet/sdk'
import { useEffect } from 'preact/hooks'
import { api } from '../api/client.ts'
import { Listed } from '../lists/list.tsx'
import { useList } from '../lists/use-list.ts'
import { arrived, readUnread } from '../live/live.ts'
import { me } from '../session/session.ts'
import { SignedOut } from '../session/signed-out.tsx'
import { tellTrouble } from '../shell/notices.tsx'
import { useTitle } from '../shell/use-title.ts'
import { ToldRow } from './told-row.tsx'

/** What others did that concerns a member, the newest first. */
export default function NotificationsPage() {
  useTitle('Notifications')
  if (!me.value) return <SignedOut title="Notifications" why="Sign in to see what concerns you." />
  return <Notifications key={me.value.id} />
}

function Notifications() {
  const list = useList('/v1/notifications', {})
  const readUntil = useSignal<string | null>(null)
  const newest = list.items[0]?.id

  // A group that grows comes again under its id, or under another: it stands where it is newest.
  useSignalEffect(() => {
    const fresh = arrived.value
    if (fresh && !list.isLoading) list.change((all) => [fresh, ...all.filter(({ id }) => id !== fresh.id)])
  })

  // What is shown was read. It stays marked until the page is left, so that one sees what is new.
  useEffect(() => {
    if (newest === undefined || newest === readUntil.value || document.visibilityState !== 'visible') return
    readUntil.value = newest
    markRead(newest).catch(tellTrouble)
  }, [newest])

  return (
    <>
      <h1>Notifications</h1>
      <p class="hint">
        <a href="/settings#notifications">Choose what you are told</a>
      </p>
      <div class="told-list">
        <Listed of={list} empty="Nothing yet. Write something, and others may answer.">
          {(told) => <ToldRow key={told.id} told={told} />}
        </Listed>
      </div>
    </>
  )
}

async function markRead(until: string): Promise<void> {
  ok(await api.POST('/v1/notifications/read', { body: { until } }))
  await readUnread()
}
