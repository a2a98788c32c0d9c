import { isId, withTransaction } from '@rivulet/db'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { conditionalChange } from '../http/conditional.ts'
import { operation } from '../http/operation.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { MENTIONS_WHY } from '../mentions/mention.ts'
import { BODY_LIMIT, PostParams, PostSchema } from '../posts/schemas.ts'
import { postById, postExists } from '../posts/store.ts'
import { postTag, postView } from '../posts/view.ts'
import { REVISIONS_MAX, type ReviseResult, type Revision, revise } from './revise.ts'
import { ReviseSchema, RevisionParams, RevisionSchema, RevisionTextSchema } from './schemas.ts'
import { type RevisionRow, revisionsOf, revisionText } from './store.ts'

type Refusal = Extract<ReviseResult, { ok: false }>['code']

const WHY: Partial<Record<Refusal, string>> = {
  signed_post: 'What you signed stays as you signed it: delete it, and publish another.',
  not_revisable: 'A note stays as it was published: delete it, and publish another.',
  precondition_failed: 'The article was revised since you read it. Read it again, and then revise it.',
  too_many_mentions: MENTIONS_WHY,
  too_many_revisions: `There are ${REVISIONS_MAX} revisions of this article, the most there may be: publish a new one.`,
}

const viewOf = (row: RevisionRow) => ({
  revision: row.revision,
  title: row.title,
  createdAt: row.created_at.toISOString(),
})

export async function revisionsRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  app.patch(
    '/posts/:id',
    conditionalChange(
      operation({
        id: 'revisePost',
        tag: 'posts',
        summary: 'Revise an article of yours',
        description:
          'Text, title or both. What it said before is kept, and listed for everybody; a text with a price stays locked there ' +
          'too. What changes nothing is no revision. With `If-Match` it revises only what you saw; without, whatever is there.',
        session: 'required',
        scope: 'post',
        params: PostParams,
        body: ReviseSchema,
        bodyLimit: BODY_LIMIT,
        answers: { 200: PostSchema },
        refuses: [
          ...(['post_not_found', 'not_author', 'suspended', 'not_revisable', 'signed_post'] as const),
          ...(['precondition_failed', 'too_many_revisions', 'too_many_mentions'] as const),
        ],
      }),
    ),
    async (request, reply) => {
      const { id } = request.params
      const { memberId } = viewer(request)
      if (!isId(id)) throw problem('post_not_found')
      const revised = {
        ...{ memberId, postId: id, change: request.body as Revision },
        condition: request.headers['if-match'],
      }
      const result = await withTransaction(db.pool, (tx) => revise(tx, revised))
      if (!result.ok) throw problem(result.code, WHY[result.code])
      const row = await postById(db.pool, id, memberId)
      if (!row) throw problem('post_not_found', 'It was deleted at once.')
      reply.header('etag', postTag(row)).header('cache-control', 'no-store')
      return postView(row)
    },
  )

  app.get(
    '/posts/:id/revisions',
    operation({
      id: 'listRevisions',
      tag: 'posts',
      summary: 'List the revisions of a post, newest first',
      description: 'The first of them is what it says now. A note has one.',
      session: 'optional',
      params: PostParams,
      query: ListQuery,
      answers: { 200: listOf(RevisionSchema) },
      refuses: ['post_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => {
      const { id } = request.params
      if (!isId(id) || !(await postExists(db.pool, id))) throw problem('post_not_found')
      return page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['revisions', id],
        async (slice) => (await revisionsOf(db.pool, id, slice)).map(viewOf),
        ({ revision }) => String(revision),
      )
    },
  )

  app.get(
    '/posts/:id/revisions/:revision',
    operation({
      id: 'getRevision',
      tag: 'posts',
      summary: 'Read a revision of a post with its text',
      session: 'optional',
      params: RevisionParams,
      answers: { 200: RevisionTextSchema },
      refuses: ['post_not_found', 'revision_not_found'],
    }),
    async (request) => {
      const { id, revision } = request.params
      if (!isId(id) || !(await postExists(db.pool, id))) throw problem('post_not_found')
      const viewerId = request.viewer?.memberId ?? null
      const row = /^[1-9]\d{0,5}$/.test(revision)
        ? await revisionText(db.pool, { postId: id, revision: Number(revision), viewerId })
        : undefined
      if (!row) throw problem('revision_not_found')
      return { ...viewOf(row), text: row.text, locked: row.locked }
    },
  )
}
