import { useSignal } from '@preact/signals'
import { type components, ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { Listed } from '../lists/list.tsx'
import { useList } from '../lists/use-list.ts'
import { Money } from '../money/money.tsx'
import { tell, tellTrouble } from '../shell/notices.tsx'
import { Time } from '../shell/time.tsx'
import { NewKey } from './new-key.tsx'
import { Secret } from './secret.tsx'

type ApiKey = components['schemas']['ApiKey']

/** How long the secret before goes on, so that a program can be given the new one. */
const GRACE_SECONDS = 86_400

/** Keys for programs that act for a member: what each may do, and how it is ended. */
export function ApiKeys() {
  const keys = useList('/v1/keys', {})
  const secret = useSignal<string | null>(null)

  async function rotate({ id }: ApiKey): Promise<void> {
    try {
      const params = { path: { id } }
      secret.value = ok(
        await api.POST('/v1/keys/{id}/rotate', { params, body: { graceSeconds: GRACE_SECONDS } }),
      ).key
      await keys.refresh()
    } catch (error) {
      tellTrouble(error)
    }
  }
  async function revoke({ id, name }: ApiKey): Promise<void> {
    try {
      ok(await api.DELETE('/v1/keys/{id}', { params: { path: { id } } }))
      tell(`${name} is revoked: it does nothing any more.`)
      await keys.refresh()
    } catch (error) {
      tellTrouble(error)
    }
  }

  return (
    <>
      <p class="hint">
        For programs of yours.{' '}
        <a href="/docs" target="_blank" rel="noopener">
          The API
        </a>{' '}
        is all that this page uses.
      </p>
      {secret.value !== null && <Secret key={secret.value} of={secret.value} />}
      <Listed of={keys} empty="None yet.">
        {(key) => (
          <div key={key.id} class="member-row">
            <div>
              <strong>{key.name}</strong> <span class="hint">may {key.scopes.join(', ')}</span>
              <p class="hint">
                <Lifetime of={key} />
              </p>
            </div>
            {key.revokedAt === null && (
              <div class="acts">
                <button type="button" class="act" onClick={() => rotate(key)}>
                  New secret
                </button>
                <button type="button" class="act" onClick={() => revoke(key)}>
                  Revoke
                </button>
              </div>
            )}
          </div>
        )}
      </Listed>
      <NewKey
        onMade={(made) => {
          secret.value = made
          keys.refresh()
        }}
      />
    </>
  )
}

function Lifetime({ of: key }: { of: ApiKey }) {
  if (key.revokedAt !== null)
    return (
      <>
        revoked <Time at={key.revokedAt} />
      </>
    )
  return (
    <>
      {key.lastUsedAt === null ? (
        'never used'
      ) : (
        <>
          last used <Time at={key.lastUsedAt} />
        </>
      )}
      {key.expiresAt !== null && ` · until ${new Date(key.expiresAt).toLocaleDateString()}`}
      {key.dailySpendLimit !== null && (
        <>
          {' '}
          · <Money of={key.spentToday} /> of <Money of={key.dailySpendLimit} /> today
        </>
      )}
      {key.formerEndsAt !== null && (
        <>
          {' '}
          · the secret before ends <Time at={key.formerEndsAt} />
        </>
      )}
    </>
  )
}
