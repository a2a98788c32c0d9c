import type { ComponentChildren } from 'preact'
import { nameOf, pathOf, shortAddress } from '../members/name.tsx'
import { partsOf } from '../posts/note-parts.ts'
import { Outside } from '../posts/note-text.tsx'
import type { Member } from '../session/session.ts'
import { tell, tellTrouble } from '../shell/notices.tsx'

/** Name, address and what they say of themselves. */
export function ProfileHead({ member, children }: { member: Member; children: ComponentChildren }) {
  const { address, handle, displayName, bio, counts, createdAt } = member
  const path = pathOf(member)
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(address)
      tell('The address is copied.')
    } catch {
      tellTrouble(new Error(`Copy it by hand: ${address}`))
    }
  }
  return (
    <article class="profile">
      <h1>{nameOf(member)}</h1>
      <p>
        {displayName && handle && <span class="hint">@{handle} </span>}
        <code title={address}>{shortAddress(address)}</code>
        <button type="button" class="quiet" onClick={copy} aria-label="Copy the address">
          Copy
        </button>
      </p>
      {bio && (
        <p class="note-text">
          {partsOf({ text: bio, mentions: [] }).map(({ text, leads }) => {
            if (!leads) return text
            return leads.isOutside ? <Outside href={leads.to}>{text}</Outside> : <a href={leads.to}>{text}</a>
          })}
        </p>
      )}
      <p class="counts">
        <a href={path}>
          <strong>{counts.posts}</strong> {counts.posts === 1 ? 'post' : 'posts'}
        </a>
        <a href={`${path}?list=followers`}>
          <strong>{counts.followers}</strong> {counts.followers === 1 ? 'follower' : 'followers'}
        </a>
        <a href={`${path}?list=following`}>
          <strong>{counts.following}</strong> following
        </a>
        <span class="hint">since {new Date(createdAt).toLocaleDateString()}</span>
      </p>
      {children}
    </article>
  )
}
