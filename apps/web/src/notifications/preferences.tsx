import { type components, ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { tell, tellTrouble } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'

type Change = components['schemas']['ChangeNotificationPreferencesInput']['kinds']
type Preference = { inApp: boolean; from: 'everybody' | 'following' }

const NAMES: Record<string, string> = {
  follow: 'Somebody follows me',
  like: 'My post is liked',
  repost: 'My post is reposted',
  comment: 'My post is commented on',
  quote: 'My post is quoted',
  mention: 'I am mentioned',
  tip: 'I am tipped',
  unlock: 'My article is unlocked',
  subscription: 'Somebody subscribes to me',
  webhook: 'A webhook of mine is turned off',
}

/** What nobody does to anybody. */
const OF_NOBODY = 'webhook'

/** What a member is told, and by whom. Each change holds at once. */
export function Preferences() {
  const { value, error, again, hold } = useFetched(
    async (signal) => ok(await api.GET('/v1/notifications/preferences', { signal })),
    [],
  )
  if (error !== undefined) return <Trouble error={error} again={again} />
  if (!value) return <p aria-busy="true">Loading…</p>

  async function change(kind: string, next: Preference): Promise<void> {
    const before = value!
    hold({ kinds: { ...before.kinds, [kind]: next } })
    try {
      const kinds = { [kind]: next } as Change
      hold(ok(await api.PUT('/v1/notifications/preferences', { body: { kinds } })))
      tell('Saved.')
    } catch (refused) {
      hold(before)
      tellTrouble(refused)
    }
  }

  return (
    <table class="preferences">
      <thead>
        <tr>
          <th scope="col">Tell me when</th>
          <th scope="col">By whom</th>
        </tr>
      </thead>
      <tbody>
        {Object.entries<Preference>(value.kinds).map(([kind, preference]) => (
          <tr key={kind}>
            <td>
              <label>
                <input
                  type="checkbox"
                  checked={preference.inApp}
                  onChange={({ currentTarget }) =>
                    change(kind, { ...preference, inApp: currentTarget.checked })
                  }
                />
                {NAMES[kind] ?? kind}
              </label>
            </td>
            <td>
              {kind !== OF_NOBODY && (
                <select
                  aria-label={`${NAMES[kind] ?? kind}: by whom`}
                  disabled={!preference.inApp}
                  value={preference.from}
                  onChange={({ currentTarget }) =>
                    change(kind, { ...preference, from: currentTarget.value as Preference['from'] })
                  }
                >
                  <option value="everybody">everybody</option>
                  <option value="following">whom I follow</option>
                </select>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
