import { isId } from '@rivulet/db'
import { formatAmount } from '@rivulet/ledger'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { publish } from './publish.ts'
import { remove } from './remove.ts'
import { ARTICLE_MAX, NewPostSchema, NOTE_MAX, PostParams, PostSchema, PublishedSchema } from './schemas.ts'
import { commentsOn, postById, postExists } from './store.ts'
import { postView } from './view.ts'

/** An article of the greatest length, every character escaped (`\ud83d\ude00`), with room for the rest. */
const BODY_LIMIT = 1024 * 1024

export async function postsRoutes(app: App, { db, rules, cursors, config }: Deps): Promise<void> {
  app.post(
    '/posts',
    operation({
      id: 'publishPost',
      tag: 'posts',
      summary: 'Publish a note, an article or a comment',
      description:
        `A note has up to ${NOTE_MAX} characters, an article up to ${ARTICLE_MAX}. With \`replyTo\` it is a comment, ` +
        'which credits the author of the post above from your budget, else your pledge.',
      session: 'required',
      scope: 'post',
      body: NewPostSchema,
      bodyLimit: BODY_LIMIT,
      answers: { 201: PublishedSchema },
      refuses: ['post_not_found'],
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      const { kind, text, replyTo = null, tags = [] } = request.body
      const title = (request.body.kind === 'article' && request.body.title) || null
      if (replyTo !== null && !isId(replyTo)) throw problem('post_not_found', 'replyTo names no post.')
      const result = await publish(db.pool, rules, memberId, { kind, text, title, replyTo, tags })
      if (!result.ok) throw problem(result.code, 'replyTo names no post.')
      const row = await postById(db.pool, result.id, memberId)
      if (!row) throw problem('post_not_found', 'It was deleted at once.')
      reply.code(201).header('location', `/v1/posts/${result.id}`)
      const { comment } = result
      return {
        ...postView(row),
        ...(comment ? { credited: formatAmount(comment.credited), unfunded: comment.unfunded } : {}),
      }
    },
  )

  app.get(
    '/posts/:id',
    operation({
      id: 'getPost',
      tag: 'posts',
      summary: 'Read a post',
      session: 'optional',
      params: PostParams,
      answers: { 200: PostSchema },
      refuses: ['post_not_found'],
    }),
    async (request) => {
      const { id } = request.params
      const row = isId(id) ? await postById(db.pool, id, request.viewer?.memberId ?? null) : undefined
      if (!row) throw problem('post_not_found')
      return postView(row)
    },
  )

  app.delete(
    '/posts/:id',
    operation({
      id: 'deletePost',
      tag: 'posts',
      summary: 'Delete a post of yours',
      description: 'Its text is gone for good. Comments on it stay readable by their own ids.',
      session: 'required',
      scope: 'post',
      params: PostParams,
      answers: { 204: NoContent },
      refuses: ['post_not_found', 'not_author'],
    }),
    async (request, reply) => {
      const { id } = request.params
      if (!isId(id)) throw problem('post_not_found')
      const result = await remove(db.pool, rules, { memberId: viewer(request).memberId, postId: id })
      if (!result.ok) throw problem(result.code)
      reply.code(204)
      return null
    },
  )

  app.get(
    '/posts/:id/comments',
    operation({
      id: 'listComments',
      tag: 'posts',
      summary: 'List the comments on a post, oldest first',
      session: 'optional',
      params: PostParams,
      query: ListQuery,
      answers: { 200: listOf(PostSchema) },
      refuses: ['post_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => {
      const { id } = request.params
      if (!isId(id) || !(await postExists(db.pool, id))) throw problem('post_not_found')
      const viewerId = request.viewer?.memberId ?? null
      const means = { cursors, publicUrl: config.publicUrl }
      return page(
        request,
        reply,
        means,
        ['comments', id],
        async (slice) => (await commentsOn(db.pool, id, { viewerId, ...slice })).map(postView),
        (comment) => comment.id,
      )
    },
  )
}
