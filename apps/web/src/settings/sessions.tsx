import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { Listed } from '../lists/list.tsx'
import { useList } from '../lists/use-list.ts'
import { tell, tellTrouble } from '../shell/notices.tsx'
import { Time } from '../shell/time.tsx'

/** The sessions there are: each can be ended, or all but this one. */
export function Sessions() {
  const sessions = useList('/v1/me/sessions', {})

  async function end(id: string): Promise<void> {
    try {
      ok(await api.DELETE('/v1/me/sessions/{id}', { params: { path: { id } } }))
      sessions.change((all) => all.filter((one) => one.id !== id))
      tell('That session is ended.')
    } catch (error) {
      tellTrouble(error)
    }
  }
  async function endOthers(): Promise<void> {
    try {
      ok(await api.DELETE('/v1/me/sessions'))
      sessions.change((all) => all.filter(({ current }) => current))
      tell('All other sessions are ended.')
    } catch (error) {
      tellTrouble(error)
    }
  }

  return (
    <>
      <Listed of={sessions} empty="None.">
        {({ id, userAgent, lastUsedAt, current }) => (
          <div key={id} class="member-row">
            <div>
              <strong>{current ? 'This browser' : 'Another place'}</strong>
              <p class="hint">
                {userAgent ?? 'no name'} · last used <Time at={lastUsedAt} />
              </p>
            </div>
            {!current && (
              <button type="button" class="secondary" onClick={() => end(id)}>
                End
              </button>
            )}
          </div>
        )}
      </Listed>
      {(sessions.items.length > 1 || sessions.hasMore) && (
        <p>
          <button type="button" class="secondary" onClick={endOthers}>
            End all others
          </button>
        </p>
      )}
    </>
  )
}
