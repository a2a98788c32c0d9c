import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { nameOf } from '../members/name.tsx'
import { type Member, me } from '../session/session.ts'
import { askToSignIn } from '../session/sign-in.tsx'
import { tell, tellTrouble } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useFetched } from '../shell/use-fetched.ts'
import { TipButton } from '../tips/tip-button.tsx'
import { type Relation, relationTo } from './relation.ts'
import { Subscribe } from './subscribe.tsx'

const NOTHING: Relation = { follows: false, mutes: false, blocks: false }
type Props = { member: Member; onChange: (member: Member) => void }
type Answer = Promise<{ error?: unknown; response: Response }>

/** What one may do about a member. It is shown as done at once, and as it was again when the API refuses it. */
export function MemberActs({ member, onChange }: Props) {
  const relation = useFetched<Relation>(
    async (signal) => (me.value ? relationTo(me.value, member, signal) : NOTHING),
    [member.id, me.value?.id],
  )
  const { value, error } = relation
  if (error !== undefined) return <Trouble error={error} again={relation.again} />
  if (!value) return <p aria-busy="true" />
  const params = { path: { id: member.id } }
  const name = nameOf(member)

  async function set(next: Partial<Relation>, ask: () => Answer, said: string): Promise<void> {
    if (!me.value) return askToSignIn()
    const before = relation.value!
    relation.hold({ ...before, ...next })
    const step = Number(next.follows ?? before.follows) - Number(before.follows)
    onChange(withFollowers(member, step))
    try {
      ok(await ask())
      tell(said)
    } catch (refused) {
      relation.hold(before)
      onChange(member)
      tellTrouble(refused)
    }
  }
  const { follows, mutes, blocks } = value
  const follow = () =>
    follows
      ? set(
          { follows: false },
          () => api.DELETE('/v1/members/{id}/follow', { params }),
          `You follow ${name} no more.`,
        )
      : set({ follows: true }, () => api.PUT('/v1/members/{id}/follow', { params }), `You follow ${name}.`)
  const mute = () =>
    mutes
      ? set(
          { mutes: false },
          () => api.DELETE('/v1/members/{id}/mute', { params }),
          `${name} is in your feeds again.`,
        )
      : set(
          { mutes: true },
          () => api.PUT('/v1/members/{id}/mute', { params }),
          `${name} is out of your feeds now.`,
        )
  const block = () =>
    blocks
      ? set(
          { blocks: false },
          () => api.DELETE('/v1/members/{id}/block', { params }),
          `${name} is not blocked any more.`,
        )
      : set(
          { blocks: true, follows: false },
          () => api.PUT('/v1/members/{id}/block', { params }),
          `${name} is blocked: neither of you can act on the other's posts.`,
        )

  return (
    <div class="acts">
      {blocks ? (
        <strong>You have blocked them.</strong>
      ) : (
        <>
          <button type="button" class={follows ? 'secondary' : ''} aria-pressed={follows} onClick={follow}>
            {follows ? 'Following' : 'Follow'}
          </button>
          <TipButton to={{ memberId: member.id }} name={member} />
          <Subscribe to={member} />
        </>
      )}
      <button type="button" class="act" aria-pressed={mutes} onClick={mute}>
        {mutes ? 'Unmute' : 'Mute'}
      </button>
      <button type="button" class="act" aria-pressed={blocks} onClick={block}>
        {blocks ? 'Unblock' : 'Block'}
      </button>
      <a class="act" href={`/report?member=${member.id}`}>
        Report
      </a>
      <Consent member={member} />
    </div>
  )
}

/** Followers as they are when one more, or one less, follows. */
function withFollowers(member: Member, step: number): Member {
  return { ...member, counts: { ...member.counts, followers: Math.max(0, member.counts.followers + step) } }
}

/** Which consents there are, nothing tells: so both ways are offered. */
function Consent({ member }: { member: Member }) {
  if (!me.value) return null
  const params = { path: { id: member.id } }
  async function say(ask: () => Answer, said: string): Promise<void> {
    try {
      ok(await ask())
      tell(said)
    } catch (error) {
      tellTrouble(error)
    }
  }
  return (
    <details class="menu">
      <summary aria-label="More">⋯</summary>
      <ul>
        <li>
          <button
            type="button"
            class="quiet"
            onClick={() =>
              say(
                () => api.PUT('/v1/members/{id}/split-consent', { params }),
                `${nameOf(member)} may share with you what their posts earn.`,
              )
            }
          >
            Let them share with me
          </button>
        </li>
        <li>
          <button
            type="button"
            class="quiet"
            onClick={() =>
              say(
                () => api.DELETE('/v1/members/{id}/split-consent', { params }),
                'They may not name you in new posts any more.',
              )
            }
          >
            Not any more
          </button>
        </li>
      </ul>
    </details>
  )
}
