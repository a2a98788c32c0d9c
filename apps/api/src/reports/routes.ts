import { isId } from '@rivulet/db'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import type { Subject } from '../moderation/rules.ts'
import { REPORTS_A_DAY, report } from './report.ts'
import { NewReportSchema, ReportedSubjectSchema, ReportSchema } from './schemas.ts'
import { presentReport, presentReported, reportedSubjects, reportsOf } from './store.ts'

const QueueQuery = z.strictObject({
  ...ListQuery.shape,
  status: z.enum(['open', 'resolved']).default('open'),
})

/** What members report, and what moderators are to look at. */
export async function reportsRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  const means = { cursors, publicUrl: config.publicUrl }

  app.post(
    '/reports',
    operation({
      id: 'createReport',
      tag: 'moderation',
      summary: 'Report a post or a member',
      description: `Moderators see who reported, nobody else does. While your report of the same is open, it is the answer. Up to ${REPORTS_A_DAY} in 24 hours.`,
      session: 'required',
      scope: 'session',
      body: NewReportSchema,
      answers: { 201: ReportSchema },
      refuses: ['post_not_found', 'member_not_found', 'self_report', 'too_many_reports'],
    }),
    async (request, reply) => {
      const { body } = request
      const subject: Subject =
        'postId' in body ? { type: 'post', id: body.postId } : { type: 'member', id: body.memberId }
      if (!isId(subject.id)) throw problem(subject.type === 'post' ? 'post_not_found' : 'member_not_found')
      const { reason, text } = body
      const { memberId } = viewer(request)
      const result = await report(db.pool, { reporterId: memberId, subject, reason, text: text || null })
      if (!result.ok)
        throw problem(
          result.code,
          result.code === 'too_many_reports'
            ? `Up to ${REPORTS_A_DAY} in 24 hours: try again later.`
            : undefined,
        )
      reply.code(201)
      return presentReport(result.report)
    },
  )

  app.get(
    '/me/reports',
    operation({
      id: 'listReports',
      tag: 'moderation',
      summary: 'What you reported, newest first',
      session: 'required',
      scope: 'session',
      query: ListQuery,
      answers: { 200: listOf(ReportSchema) },
      refuses: ['invalid_cursor'],
    }),
    (request, reply) => {
      const { memberId } = viewer(request)
      reply.header('cache-control', 'private, no-store')
      return page(
        request,
        reply,
        means,
        ['reports', memberId],
        async (slice) => (await reportsOf(db.pool, memberId, slice)).map(presentReport),
        ({ id }) => id,
      )
    },
  )

  app.get(
    '/admin/reports',
    operation({
      id: 'listReported',
      tag: 'moderation',
      summary: 'What is reported, by subject',
      description: 'Each subject once, where its newest report stands, newest first.',
      session: 'required',
      scope: 'session',
      role: 'moderator',
      query: QueueQuery,
      answers: { 200: listOf(ReportedSubjectSchema) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const { status } = request.query
      reply.header('cache-control', 'private, no-store')
      const { data, nextCursor } = await page(
        request,
        reply,
        means,
        ['reported', status],
        (slice) => reportedSubjects(db.pool, status, slice),
        ({ id }) => id,
      )
      return { data: data.map(presentReported), nextCursor }
    },
  )
}
