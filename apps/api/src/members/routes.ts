import { withTransaction } from '@rivulet/db'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { viewer } from '../auth/hook.ts'
import { exitSecretText } from '../auth/sign-in.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { conditionalChange, conditionalRead, ifNoneMatch, NotModified } from '../http/conditional.ts'
import { listed, wrong } from '../http/listed.ts'
import { operation } from '../http/operation.ts'
import { listOf } from '../lists/list.ts'
import { membersByAddresses, membersByIds } from './bulk.ts'
import { changeProfile, type ProfileChange } from './change-profile.ts'
import {
  ExitSecretSchema,
  MemberParams,
  MemberSchema,
  MembersQuery,
  ProfileChangeSchema,
  ProfileSchema,
} from './schemas.ts'
import { showExitSecret } from './show-exit-secret.ts'
import { findMember, memberById } from './store.ts'
import { type HandleRefusal, KEPT_DAYS, KEPT_MAX } from './take-handle.ts'
import { memberView, profileTag } from './view.ts'
import { memberViewer } from './viewer.ts'

const TAGGED =
  'The `ETag` is of what its owner can change: handle, display name, bio. Counts move without it, and a 304 says nothing of them.'
const VIEWED = `${TAGGED} To one who is signed in it is also of \`viewer\`.`

const WHY: Record<HandleRefusal | 'precondition_failed' | 'suspended' | 'unauthenticated', string> = {
  suspended: 'You are suspended, and your profile stays as it is.',
  unauthenticated: 'The account was deleted.',
  precondition_failed: 'Your profile was changed since you read it. Read it again, and then change it.',
  handle_reserved: 'This handle, or one it looks like, is for nobody. Choose another.',
  handle_taken: `Another member has this handle, or gave it up in the last ${KEPT_DAYS} days. Choose another.`,
  handle_confusable:
    'It looks like a handle that another member has, or gave up in the last ' +
    `${KEPT_DAYS} days (l, i, 1; o, 0; rn, m; vv, w; cl, d; _ and -). Choose another.`,
  too_many_handles:
    `${KEPT_MAX} handles that you gave up are kept for you, the most there may be: take one of them back, or wait until ` +
    `${KEPT_DAYS} days have passed since you gave one up.`,
}

export async function membersRoutes(app: App, { db }: Deps): Promise<void> {
  /** Answers a profile with its tag, or, to whom has it already, that it is still that. */
  function tagged<T>(request: FastifyRequest, reply: FastifyReply, etag: string, body: T): T | undefined {
    // Counts are not in the tag: no cache may answer with those of earlier.
    reply.header('etag', etag).header('cache-control', 'no-store')
    if (request.method === 'PATCH' || !ifNoneMatch(request.headers['if-none-match'], etag)) return body
    // Not null, which would be sent as a body of four characters, and its length be told.
    reply.code(304)
    return undefined
  }

  app.get(
    '/me',
    conditionalRead(
      operation({
        id: 'getMe',
        tag: 'members',
        summary: 'Read your own profile',
        description: TAGGED,
        session: 'required',
        answers: { 200: MemberSchema, 304: NotModified },
      }),
    ),
    async (request, reply) => {
      const row = await memberById(db.pool, viewer(request).memberId)
      if (!row) throw problem('unauthenticated', WHY.unauthenticated)
      return tagged(request, reply, profileTag(row), memberView(row))
    },
  )

  app.patch(
    '/me',
    conditionalChange(
      operation({
        id: 'changeMe',
        tag: 'members',
        summary: 'Change your profile',
        description:
          'Fields that are left out stay as they are. A handle of null gives the handle up. One that is given up, for another ' +
          `or for none, is kept for you for ${KEPT_DAYS} days. No two members have handles that can be mistaken for each other. With \`If-Match\` it changes ` +
          'only what you saw; without, whatever is there.',
        session: 'required',
        body: ProfileChangeSchema,
        answers: { 200: MemberSchema },
        refuses: [
          'handle_taken',
          'handle_confusable',
          'handle_reserved',
          'too_many_handles',
          'precondition_failed',
          'suspended',
        ],
      }),
    ),
    async (request, reply) => {
      const { memberId } = viewer(request)
      const change = request.body as ProfileChange
      const result = await withTransaction(db.pool, (tx) =>
        changeProfile(tx, { memberId, change, condition: request.headers['if-match'] }),
      )
      if (!result.ok) throw problem(result.code, WHY[result.code])
      return tagged(request, reply, profileTag(result.member), memberView(result.member))
    },
  )

  app.get(
    '/me/exit-secret',
    operation({
      id: 'getExitSecret',
      tag: 'members',
      summary: 'Read your exit secret again',
      session: 'required',
      scope: 'session',
      answers: { 200: ExitSecretSchema },
    }),
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const { memberId } = viewer(request)
      const exitSecret = await showExitSecret(db.pool, { memberId, requestId: request.id })
      return { exitSecret: exitSecretText(exitSecret) }
    },
  )

  app.get(
    '/members',
    operation({
      id: 'getMembers',
      tag: 'members',
      summary: 'Read up to 100 members by their ids, or by their addresses',
      description: 'In the order asked for, each once. Who is not there is left out. There is no next page.',
      session: 'optional',
      query: MembersQuery,
      answers: { 200: listOf(MemberSchema) },
    }),
    async (request) => {
      const { ids, addresses } = request.query
      if ((ids === undefined) === (addresses === undefined))
        throw wrong('ids', 'ask by `ids` or by `addresses`, by one of the two')
      const rows =
        ids === undefined
          ? await membersByAddresses(db.pool, listed('addresses', addresses!))
          : await membersByIds(db.pool, listed('ids', ids))
      return { data: rows.map(memberView), nextCursor: null }
    },
  )

  app.get(
    '/members/:id',
    conditionalRead(
      operation({
        id: 'getMember',
        tag: 'members',
        summary: 'Read a member, by id, handle or address',
        session: 'optional',
        params: MemberParams,
        description: VIEWED,
        answers: { 200: ProfileSchema, 304: NotModified },
        refuses: ['member_not_found'],
      }),
    ),
    async (request, reply) => {
      const row = await findMember(db.pool, request.params.id)
      if (!row) throw problem('member_not_found')
      const memberId = request.viewer?.memberId ?? row.id
      const viewer = memberId === row.id ? null : await memberViewer(db.pool, memberId, row.id)
      return tagged(request, reply, profileTag(row, viewer), { ...memberView(row), viewer })
    },
  )
}
