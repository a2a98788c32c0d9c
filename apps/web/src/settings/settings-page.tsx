import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { Preferences } from '../notifications/preferences.tsx'
import { me, signOut } from '../session/session.ts'
import { SignedOut } from '../session/signed-out.tsx'
import { useTitle } from '../shell/use-title.ts'
import { ApiKeys } from './api-keys.tsx'
import { Archive } from './archive.tsx'
import { Deletion } from './deletion.tsx'
import { HiddenMembers } from './hidden-members.tsx'
import { Moderation } from './moderation.tsx'
import { PostingKeys } from './posting-keys.tsx'
import { Sessions } from './sessions.tsx'
import { Subscriptions } from './subscriptions.tsx'

/** What is set for a whole account, and how one leaves. */
export default function SettingsPage() {
  useTitle('Settings')
  // The section that the address names is there only now.
  useEffect(() => {
    if (location.hash !== '') document.getElementById(location.hash.slice(1))?.scrollIntoView()
  }, [])
  if (!me.value) return <SignedOut title="Settings" why="Sign in to see your settings." />
  return (
    <>
      <h1>Settings</h1>
      <p class="row">
        <span class="hint">
          Signed in as <code>{me.value.address}</code>
        </span>
        <button type="button" class="secondary" onClick={signOut}>
          Sign out
        </button>
      </p>
      <Section id="notifications" title="Notifications">
        <Preferences />
      </Section>
      <Section id="sessions" title="Where you are signed in">
        <Sessions />
      </Section>
      <Section id="keys" title="API keys">
        <ApiKeys />
      </Section>
      <Section id="posting-keys" title="Posting keys">
        <PostingKeys />
      </Section>
      <Section id="subscriptions" title="Whom I support">
        <Subscriptions />
      </Section>
      <Section id="hidden" title="Muted and blocked members">
        <HiddenMembers />
      </Section>
      <Section id="moderation" title="Reports and moderation">
        <Moderation />
      </Section>
      <Section id="archive" title="Take everything along">
        <Archive />
      </Section>
      <Section id="deletion" title="Delete the account">
        <Deletion />
      </Section>
    </>
  )
}

function Section({ id, title, children }: { id: string; title: string; children: ComponentChildren }) {
  return (
    <article id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </article>
  )
}
