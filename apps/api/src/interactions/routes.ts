import { isId } from '@rivulet/db'
import type { ActResult, InteractionKind } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { createActs } from './acts.ts'
import { DWELL_MIN_MS, LikeAnswer, PostParams, ReadAnswer, ReadBody, RepostAnswer } from './schemas.ts'
import { ViaQuery, viaOf } from './via.ts'

type Acted = Extract<ActResult, { ok: true }>
type PostRequest = FastifyRequest & { params: z.infer<typeof PostParams>; query: z.infer<typeof ViaQuery> }

const onPost = {
  tag: 'interactions',
  session: 'required',
  scope: 'act',
  params: PostParams,
  query: ViaQuery,
  refuses: ['post_not_found', 'blocked', 'suspended', 'invalid_via'],
} as const

const UNDONE = 'A credit that is still pending goes back to where it came from; one that has cleared stays.'

const like = { ...onPost, answers: { 200: LikeAnswer } } as const
const repost = { ...onPost, answers: { 200: RepostAnswer } } as const

const creditOf = ({ credited, unfunded }: Acted) => ({ credited: formatAmount(credited), unfunded })
const likeView = (acted: Acted) => ({ liked: acted.on, likes: acted.likes, ...creditOf(acted) })
const repostView = (acted: Acted) => ({
  ...{ id: acted.id ?? null, reposted: acted.on, reposts: acted.reposts },
  ...creditOf(acted),
})

/** Likes, reposts and reads: recorded and credited in one transaction, gathered with those of other members. */
export async function interactionsRoutes(app: App, { db, rules }: Deps): Promise<void> {
  const acts = createActs({ db, rules })
  app.addHook('onClose', () => acts.drain())

  async function turn(request: PostRequest, kind: InteractionKind, on: boolean): Promise<Acted> {
    const { id: postId } = request.params
    if (!isId(postId)) throw problem('post_not_found')
    const via = viaOf(request.query)
    const wish = { actorId: viewer(request).memberId, postId, kind, on }
    // Undoing goes through no share.
    const result = await acts.submit(on && via !== undefined ? { ...wish, via } : wish)
    if (!result.ok) throw problem(result.code)
    return result
  }

  app.put(
    '/posts/:id/like',
    operation({
      ...like,
      id: 'likePost',
      summary: 'Like a post',
      description:
        'Moves the rate of a like from your budget, else your pledge, to its authors, and a part to whoever shared it ' +
        'with you. A like that stands is not paid again.',
    }),
    async (request) => likeView(await turn(request, 'like', true)),
  )

  app.delete(
    '/posts/:id/like',
    operation({ ...like, id: 'unlikePost', summary: 'Take a like back', description: UNDONE }),
    async (request) => likeView(await turn(request, 'like', false)),
  )

  app.put(
    '/posts/:id/repost',
    operation({
      ...repost,
      id: 'repostPost',
      summary: 'Share a post with those who follow you',
      description:
        'It pays like a like, and puts the post into their home feed. To add words of your own, publish a post with ' +
        '`quoteOf`.',
    }),
    async (request) => repostView(await turn(request, 'repost', true)),
  )

  app.delete(
    '/posts/:id/repost',
    operation({ ...repost, id: 'undoRepost', summary: 'Take a repost back', description: UNDONE }),
    async (request) => repostView(await turn(request, 'repost', false)),
  )

  app.post(
    '/posts/:id/reads',
    operation({
      ...onPost,
      id: 'readPost',
      summary: 'Say that you have read a post',
      description: `Pays like a like, once for each post. A reading of less than ${DWELL_MIN_MS} ms does not count.`,
      body: ReadBody,
      answers: { 200: ReadAnswer },
      refuses: [...onPost.refuses, 'too_short'],
    }),
    async (request) => {
      if (request.body.dwellMs < DWELL_MIN_MS)
        throw problem(
          'too_short',
          `A reading counts from ${DWELL_MIN_MS} ms; this had ${request.body.dwellMs}.`,
        )
      return creditOf(await turn(request, 'read', true))
    },
  )
}
