import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { Listed } from '../lists/list.tsx'
import { useList } from '../lists/use-list.ts'
import { shortAddress } from '../members/name.tsx'
import { tell, tellTrouble } from '../shell/notices.tsx'

/** Keys that a member's wallet lets sign posts. They are made by the programs that hold them. */
export function PostingKeys() {
  const keys = useList('/v1/me/posting-keys', {})
  async function revoke(id: string): Promise<void> {
    try {
      ok(await api.DELETE('/v1/me/posting-keys/{id}', { params: { path: { id } } }))
      tell('It signs nothing any more. What it has signed stays signed.')
      await keys.refresh()
    } catch (error) {
      tellTrouble(error)
    }
  }
  return (
    <>
      <p class="hint">
        A program that signs your posts does it with a key that your wallet has allowed, so that the wallet is
        not asked each time.
      </p>
      <Listed of={keys} empty="None.">
        {({ id, name, address, notAfter, revokedAt }) => (
          <div key={id} class="member-row">
            <div>
              <strong>{name}</strong> <code title={address}>{shortAddress(address)}</code>
              <p class="hint">
                {revokedAt ? 'revoked' : `signs until ${new Date(notAfter).toLocaleDateString()}`}
              </p>
            </div>
            {revokedAt === null && (
              <button type="button" class="secondary" onClick={() => revoke(id)}>
                Revoke
              </button>
            )}
          </div>
        )}
      </Listed>
    </>
  )
}
