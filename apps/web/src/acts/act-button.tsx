import { type Signal, useSignal } from '@preact/signals'
import type { Post } from '../posts/post.ts'
import { me } from '../session/session.ts'
import { askToSignIn } from '../session/sign-in.tsx'
import { tell, tellTrouble } from '../shell/notices.tsx'
import { type Paid, saidOf } from './said.ts'

/** An act on a post that can be undone. */
export type Act = {
  label: string
  signs: { on: string; off: string }
  stateOf(post: Post): { isOn: boolean; count: number }
  /** The post as it is with this state. */
  withState(post: Post, isOn: boolean, count: number): Post
  /** Asks the API for it. @throws ProblemError */
  ask(post: Post, isOn: boolean): Promise<Paid & { isOn: boolean; count: number }>
}

/** Shows an act as done at once, and as it was again when the API refuses it. */
export function ActButton({ act, post }: { act: Act; post: Signal<Post> }) {
  const isBusy = useSignal(false)
  const { isOn, count } = act.stateOf(post.value)

  async function toggle(): Promise<void> {
    if (!me.value) return askToSignIn()
    if (isBusy.value) return
    isBusy.value = true
    const before = post.value
    post.value = act.withState(before, !isOn, count + (isOn ? -1 : 1))
    try {
      const done = await act.ask(before, !isOn)
      post.value = act.withState(post.value, done.isOn, done.count)
      if (done.isOn) tell(saidOf(done, before))
    } catch (error) {
      post.value = before
      tellTrouble(error)
    }
    isBusy.value = false
  }

  return (
    <button
      type="button"
      class={`act${isOn ? ' on' : ''}`}
      aria-pressed={isOn}
      aria-label={`${act.label}, ${count} so far`}
      onClick={toggle}
    >
      {isOn ? act.signs.on : act.signs.off} {count}
    </button>
  )
}
