import { isId } from '@rivulet/db'
import { formatAmount } from '@rivulet/ledger'
import type { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import { readSigned } from '../authorship/read-signed.ts'
import type { Deps } from '../deps.ts'
import { type Problem, problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { conditionalRead, ifNoneMatch, NotModified } from '../http/conditional.ts'
import { listed } from '../http/listed.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { amountAbove0 } from '../idempotency/amount.ts'
import { KEY_REUSED, maybeIdempotent, onceRequest } from '../idempotency/idempotent.ts'
import { ViaQuery, viaOf } from '../interactions/via.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { MENTIONS_WHY } from '../mentions/mention.ts'
import { missingPost } from '../moderation/removed.ts'
import { postsByIds } from './bulk.ts'
import { type NewPost, POSTS_A_DAY, type PublishFault, publish } from './publish.ts'
import { remove } from './remove.ts'
import {
  ARTICLE_MAX,
  BODY_LIMIT,
  NewPostSchema,
  NOTE_MAX,
  PostParams,
  PostSchema,
  PostsByIdsQuery,
  PublishedSchema,
} from './schemas.ts'
import { commentsOn, postById, postExists } from './store.ts'
import { postTag, postView } from './view.ts'

/** @throws a problem for what the schema cannot say */
function newPostOf(body: z.infer<typeof NewPostSchema>): NewPost {
  const { kind, text, replyTo = null, quoteOf = null, tags = [], splits } = body
  const article = body.kind === 'article' ? body : undefined
  if (replyTo !== null && !isId(replyTo)) throw problem('post_not_found', 'replyTo names no post.')
  if (quoteOf !== null && !isId(quoteOf)) throw problem('post_not_found', 'quoteOf names no post.')
  const price = article?.price ? amountAbove0(article.price, '#/price') : null
  if (price !== null && replyTo !== null) {
    const detail = 'a comment has no price'
    throw problem('validation_failed', `price: ${detail}`, { faults: [{ pointer: '#/price', detail }] })
  }
  return { kind, text, title: article?.title || null, replyTo, quoteOf, tags, splits, price }
}

function problemOf(fault: PublishFault): Problem {
  if ('signed' in fault) {
    const { code, at, detail } = fault.signed
    return problem(code, `signed.${at}: ${detail}`, { faults: [{ pointer: `#/signed/${at}`, detail }] })
  }
  if ('at' in fault) return problem(fault.code, `${fault.at} names no post.`)
  if (fault.code === 'too_many_posts')
    return problem(
      fault.code,
      `You have published ${POSTS_A_DAY} posts in 24 hours, the most there may be: wait.`,
    )
  if (fault.code === 'too_many_mentions') return problem(fault.code, MENTIONS_WHY)
  if (fault.code === 'idempotency_mismatch') return problem(fault.code, KEY_REUSED)
  if (!('splits' in fault)) return problem(fault.code)
  const { at, detail } = fault.splits
  const pointer = at === undefined ? '#/splits' : `#/splits/${at}/memberId`
  return problem(fault.code, `${pointer.slice(2)}: ${detail}`, { faults: [{ pointer, detail }] })
}

export async function postsRoutes(app: App, deps: Deps): Promise<void> {
  const { db, rules, cursors, config } = deps
  app.post(
    '/posts',
    maybeIdempotent(
      operation({
        id: 'publishPost',
        tag: 'posts',
        summary: 'Publish a note, an article or a comment',
        description:
          `A note has up to ${NOTE_MAX} characters, an article up to ${ARTICLE_MAX}. With \`replyTo\` it is a comment, ` +
          'which credits the authors of the post above from your budget, else your pledge, and with `quoteOf` it shows ' +
          'another post. An article may have a `price`: who has not unlocked it sees no text. With `signed` it carries ' +
          'your signature, and your signed posts are a chain (`GET /v1/members/{id}/log`).',
        session: 'required',
        scope: 'post',
        query: ViaQuery,
        body: NewPostSchema,
        bodyLimit: BODY_LIMIT,
        answers: { 201: PublishedSchema },
        refuses: [
          ...[
            'post_not_found',
            'blocked',
            'suspended',
            'split_not_consented',
            'invalid_splits',
            'invalid_via',
          ],
          'too_many_mentions',
          'too_many_posts',
          ...['invalid_signature', 'invalid_signed_at', 'invalid_seq', 'invalid_prev'],
          ...['idempotency_mismatch', 'idempotency_in_progress'],
        ] as const,
      }),
    ),
    async (request, reply) => {
      const { memberId, address } = viewer(request)
      const via = viaOf(request.query)
      const post = newPostOf(request.body)
      if (via !== undefined && post.replyTo === null)
        throw problem('invalid_via', 'Only a comment is reached through a share.')
      if (request.body.signed) {
        const read = await readSigned(deps, { memberId, address }, post, request.body.signed)
        if (!read.ok) throw problemOf({ code: read.fault.code, signed: read.fault })
        post.signed = read.signed
      }
      const result = await publish(db.pool, rules, memberId, post, {
        via,
        request: request.headers['idempotency-key'] ? onceRequest(request, memberId, post) : undefined,
      })
      if (!result.ok) throw problemOf(result.fault)
      const row = await postById(db.lists, result.id, memberId)
      if (!row) throw problem('post_not_found', 'It was deleted at once.')
      reply.code(201).header('location', `/v1/posts/${result.id}`)
      if (result.replayed) reply.header('idempotent-replayed', 'true')
      const { comment } = result
      return {
        ...postView(row),
        ...(comment ? { credited: formatAmount(comment.credited), unfunded: comment.unfunded } : {}),
      }
    },
  )

  app.get(
    '/posts',
    operation({
      id: 'getPosts',
      tag: 'posts',
      summary: 'Read up to 100 posts by their ids',
      description:
        'Each as it is read by itself, in the order asked for, once. What is not there is left out. There is no next page.',
      session: 'optional',
      query: PostsByIdsQuery,
      answers: { 200: listOf(PostSchema) },
    }),
    async (request) => {
      const ids = listed('ids', request.query.ids)
      const rows = await postsByIds(db.lists, ids, request.viewer?.memberId ?? null)
      return { data: rows.map(postView), nextCursor: null }
    },
  )

  app.get(
    '/posts/:id',
    conditionalRead(
      operation({
        id: 'getPost',
        tag: 'posts',
        summary: 'Read a post',
        description:
          'The text of an article is CommonMark (Markdown), as it was written: render it yourself, and let no HTML of it through. ' +
          'The `ETag` is of what its author can change; counts move without it, and a 304 says nothing of them.',
        session: 'optional',
        params: PostParams,
        answers: { 200: PostSchema, 304: NotModified },
        refuses: ['post_not_found', 'post_removed'],
      }),
    ),
    async (request, reply) => {
      const { id } = request.params
      if (!isId(id)) throw problem('post_not_found')
      const row = await postById(db.lists, id, request.viewer?.memberId ?? null)
      if (!row) throw await missingPost(db.pool, id, request.viewer?.memberId)
      const etag = postTag(row)
      reply.header('etag', etag).header('cache-control', 'no-store')
      if (!ifNoneMatch(request.headers['if-none-match'], etag)) return postView(row)
      // Not null, which would be sent as a body of four characters.
      reply.code(304)
      return undefined
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
        async (slice) => (await commentsOn(db.lists, id, { viewerId, ...slice })).map(postView),
        (comment) => comment.id,
      )
    },
  )
}
