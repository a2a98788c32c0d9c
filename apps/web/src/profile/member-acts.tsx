import { ok } from '@rivulet/sdk'
import { api } from '../api/client.ts'
import { nameOf } from '../members/name.tsx'
import { me } from '../session/session.ts'
import { askToSignIn } from '../session/sign-in.tsx'
import { tell, tellTrouble } from '../shell/notices.tsx'
import { TipButton } from '../tips/tip-button.tsx'
import type { Profile, Standing } from './profile.ts'
import { SplitConsent } from './split-consent.tsx'
import { Subscribe } from './subscribe.tsx'

const NOTHING: Standing = {
  following: false,
  followedBy: false,
  muted: false,
  blocked: false,
  splitConsent: false,
}
type Props = { member: Profile; onChange: (member: Profile) => void }
type Answer = Promise<{ error?: unknown; response: Response }>

/** What one may do about a member. It is shown as done at once, and as it was again when the API refuses it. */
export function MemberActs({ member, onChange }: Props) {
  const stands = member.viewer ?? NOTHING
  const params = { path: { id: member.id } }
  const name = nameOf(member)

  async function set(next: Partial<Standing>, ask: () => Answer, said: string): Promise<void> {
    if (!me.value) return askToSignIn()
    onChange(standing(member, next))
    try {
      ok(await ask())
      tell(said)
    } catch (refused) {
      onChange(member)
      tellTrouble(refused)
    }
  }
  const { following, followedBy, muted, blocked, splitConsent } = stands
  const follow = () =>
    following
      ? set(
          { following: false },
          () => api.DELETE('/v1/members/{id}/follow', { params }),
          `You follow ${name} no more.`,
        )
      : set({ following: true }, () => api.PUT('/v1/members/{id}/follow', { params }), `You follow ${name}.`)
  const mute = () =>
    muted
      ? set(
          { muted: false },
          () => api.DELETE('/v1/members/{id}/mute', { params }),
          `${name} is in your feeds again.`,
        )
      : set(
          { muted: true },
          () => api.PUT('/v1/members/{id}/mute', { params }),
          `${name} is out of your feeds now.`,
        )
  const block = () =>
    blocked
      ? set(
          { blocked: false },
          () => api.DELETE('/v1/members/{id}/block', { params }),
          `${name} is not blocked any more.`,
        )
      : set(
          { blocked: true, following: false, followedBy: false, splitConsent: false },
          () => api.PUT('/v1/members/{id}/block', { params }),
          `${name} is blocked: neither of you can act on the other's posts.`,
        )

  const consent = () =>
    splitConsent
      ? set(
          { splitConsent: false },
          () => api.DELETE('/v1/members/{id}/split-consent', { params }),
          `${name} may not name you in new posts any more.`,
        )
      : set(
          { splitConsent: true },
          () => api.PUT('/v1/members/{id}/split-consent', { params }),
          `${name} may share with you what their posts earn.`,
        )

  return (
    <div class="acts">
      {followedBy && <span class="hint">Follows you</span>}
      {blocked ? (
        <strong>You have blocked them.</strong>
      ) : (
        <>
          <button
            type="button"
            class={following ? 'secondary' : ''}
            aria-pressed={following}
            onClick={follow}
          >
            {following ? 'Following' : 'Follow'}
          </button>
          <TipButton to={{ memberId: member.id }} name={member} />
          <Subscribe to={member} />
        </>
      )}
      <button type="button" class="act" aria-pressed={muted} onClick={mute}>
        {muted ? 'Unmute' : 'Mute'}
      </button>
      <button type="button" class="act" aria-pressed={blocked} onClick={block}>
        {blocked ? 'Unblock' : 'Block'}
      </button>
      <a class="act" href={`/report?member=${member.id}`}>
        Report
      </a>
      {me.value && <SplitConsent name={name} isGiven={splitConsent} set={consent} />}
    </div>
  )
}

/** A member as they are to one who stands so to them now: one follower more, or one less. */
function standing(member: Profile, next: Partial<Standing>): Profile {
  const before = member.viewer ?? NOTHING
  const viewer = { ...before, ...next }
  const followers = member.counts.followers + Number(viewer.following) - Number(before.following)
  return { ...member, viewer, counts: { ...member.counts, followers } }
}
