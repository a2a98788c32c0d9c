import { GroupCommit, isId } from '@rivulet/db'
import { type ActInput, type ActResult, act, firstLikes } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { AmountOut, Id } from '../http/schemas.ts'

const LikeAnswer = z
  .object({
    liked: z.boolean(),
    likes: z.int().meta({ description: 'Likes of the post, after.' }),
    credited: AmountOut.meta({ description: "This like's instant credit, as it stands." }),
    unfunded: z
      .boolean()
      .meta({ description: 'The author could have earned, and neither budget nor pledge sufficed.' }),
  })
  .meta({ id: 'Like' })

const Params = z.strictObject({ id: Id })

const like = {
  tag: 'interactions',
  session: 'required',
  scope: 'act',
  params: Params,
  answers: { 200: LikeAnswer },
  refuses: ['post_not_found'],
} as const

type FirstLike = Pick<ActInput, 'actorId' | 'postId'>

/** Likes: recorded and credited in one transaction, gathered with those of other members. */
export async function interactionsRoutes(app: App, { db, rules }: Deps): Promise<void> {
  const changes = new GroupCommit<ActInput, ActResult>(
    db.hot,
    (tx, inputs, attempt) => act(tx, rules, inputs, { commits: attempt === 1 }),
    {
      eager: true,
      wishOf: ({ actorId, postId, kind, on }) => ({
        subject: `${actorId}/${postId}/${kind}`,
        wish: String(on),
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
  app.addHook('onClose', async () => {
    await firsts.drain()
    await changes.drain()
  })

  async function turn(postId: string, actorId: string, on: boolean) {
    if (!isId(postId)) throw problem('post_not_found')
    const result =
      (on ? await firsts.submit({ actorId, postId }) : undefined) ??
      (await changes.submit({ actorId, postId, kind: 'like', on }))
    if (!result.ok) throw problem(result.code)
    const { likes, credited, unfunded } = result
    return { liked: result.on, likes, credited: formatAmount(credited), unfunded }
  }

  app.put(
    '/posts/:id/like',
    operation({
      ...like,
      id: 'likePost',
      summary: 'Like a post',
      description:
        'Moves the rate of a like from your budget, else your pledge, to the author. A like that stands is not paid again.',
      refuses: [...like.refuses],
    }),
    (request) => turn(request.params.id, viewer(request).memberId, true),
  )

  app.delete(
    '/posts/:id/like',
    operation({
      ...like,
      id: 'unlikePost',
      summary: 'Take a like back',
      description:
        'A credit that is still pending goes back to where it came from; one that has cleared stays.',
      refuses: [...like.refuses],
    }),
    (request) => turn(request.params.id, viewer(request).memberId, false),
  )
}
