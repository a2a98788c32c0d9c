import { isId } from '@rivulet/db'
import { formatAmount } from '@rivulet/ledger'
import type { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import { readSigned } from '../authorship/read-signed.ts'
import type { Deps } from '../deps.ts'
import { type Problem, problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { amountAbove0 } from '../idempotency/amount.ts'
import { ViaQuery, viaOf } from '../interactions/via.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { type NewPost, type PublishFault, publish } from './publish.ts'
import { remove } from './remove.ts'
import { ARTICLE_MAX, NewPostSchema, NOTE_MAX, PostParams, PostSchema, PublishedSchema } from './schemas.ts'
import { commentsOn, postById, postExists } from './store.ts'
import { postView } from './view.ts'

/** An article of the greatest length, every character escaped (`\ud83d\ude00`), with room for the rest. */
const BODY_LIMIT = 1024 * 1024

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
  if (!('splits' in fault)) return problem(fault.code)
  const { at, detail } = fault.splits
  const pointer = at === undefined ? '#/splits' : `#/splits/${at}/memberId`
  return problem(fault.code, `${pointer.slice(2)}: ${detail}`, { faults: [{ pointer, detail }] })
}

export async function postsRoutes(app: App, deps: Deps): Promise<void> {
  const { db, rules, cursors, config } = deps
  app.post(
    '/posts',
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
        ...['post_not_found', 'blocked', 'suspended', 'split_not_consented', 'invalid_splits', 'invalid_via'],
        ...['invalid_signature', 'invalid_signed_at', 'invalid_seq', 'invalid_prev'],
      ] as const,
    }),
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
      const result = await publish(db.pool, rules, memberId, post, via)
      if (!result.ok) throw problemOf(result.fault)
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
