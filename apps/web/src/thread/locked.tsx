import { useSignal } from '@preact/signals'
import { ok, ProblemError } from '@rivulet/sdk'
import { useRef } from 'preact/hooks'
import { api } from '../api/client.ts'
import { nameOf } from '../members/name.tsx'
import { Money } from '../money/money.tsx'
import type { Post } from '../posts/post.ts'
import { me } from '../session/session.ts'
import { askToSignIn } from '../session/sign-in.tsx'
import { tell } from '../shell/notices.tsx'
import { Trouble } from '../shell/trouble.tsx'

/** An article that is for sale, to whoever has not bought it. */
export function Locked({ post, onUnlocked }: { post: Post; onUnlocked: () => void }) {
  const isBusy = useSignal(false)
  const refused = useSignal<unknown>(undefined)
  // One key for the one wish, so that asking again after a lost answer pays once.
  const key = useRef(crypto.randomUUID())

  async function unlock(): Promise<void> {
    if (!me.value) return askToSignIn()
    isBusy.value = true
    refused.value = undefined
    try {
      const header = { 'idempotency-key': key.current }
      ok(await api.POST('/v1/posts/{id}/unlock', { params: { path: { id: post.id }, header } }))
      tell('Unlocked. It is yours to read from now on.')
      onUnlocked()
    } catch (error) {
      refused.value = error
      // It was answered, so the next wish is another.
      if (error instanceof ProblemError) key.current = crypto.randomUUID()
    }
    isBusy.value = false
  }

  return (
    <div class="locked">
      <p>
        This article is for sale: pay once, and read it whenever you like. The money goes to{' '}
        {nameOf(post.author)}
        {post.splits.length > 0 && ' and those they share it with'}.
      </p>
      {refused.value !== undefined && <Trouble error={refused.value} />}
      <button type="button" aria-busy={isBusy.value} disabled={isBusy.value} onClick={unlock}>
        Unlock {post.price !== null && <Money of={post.price} />}
      </button>
    </div>
  )
}
