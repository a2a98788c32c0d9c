import { GroupCommit } from '@rivulet/db'
import { type ActInput, type ActResult, act, firstLikes } from '@rivulet/economy'
import type { Deps } from '../deps.ts'

type FirstLike = Pick<ActInput, 'actorId' | 'postId'>

/** Acts on posts, each recorded and credited in one transaction with those of other members. */
export type Acts = {
  submit(input: ActInput): Promise<ActResult>
  /** Resolves when everything submitted so far has been answered. */
  drain(): Promise<void>
}

export function createActs({ db, rules }: Pick<Deps, 'db' | 'rules'>): Acts {
  const changes = new GroupCommit<ActInput, ActResult>(
    db.hot,
    (tx, inputs, attempt) => act(tx, rules, inputs, { commits: attempt === 1 }),
    {
      eager: true,
      // Through another share it is another wish: one may be refused and the other not.
      wishOf: ({ actorId, postId, kind, on, via }) => ({
        subject: `${actorId}/${postId}/${kind}`,
        wish: `${on}/${via ?? ''}`,
      }),
    },
  )
  // Nearly all likes are first ones. What is not, or is overtaken, is undefined here and goes the general way.
  const firsts = new GroupCommit<FirstLike, ActResult | undefined>(
    db.hot,
    async (tx, likes, attempt) => (attempt === 1 ? firstLikes(tx, rules, likes) : likes.map(() => undefined)),
    // One after another: what waits meanwhile is the next batch, and fewer, larger ones cost less.
    { eager: true, workers: 1 },
  )
  return {
    async submit(input) {
      const { actorId, postId, kind, on, via } = input
      const isFirst = kind === 'like' && on && via === undefined
      return (isFirst ? await firsts.submit({ actorId, postId }) : undefined) ?? changes.submit(input)
    },
    async drain() {
      await firsts.drain()
      await changes.drain()
    },
  }
}
