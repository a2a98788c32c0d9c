import { withTransaction } from '@rivulet/db'
import { viewer } from '../auth/hook.ts'
import { exitSecretText } from '../auth/sign-in.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { changeProfile, type ProfileChange } from './change-profile.ts'
import { ExitSecretSchema, MemberParams, MemberSchema, ProfileChangeSchema } from './schemas.ts'
import { findMember, memberById } from './store.ts'
import { type HandleRefusal, KEPT_DAYS, KEPT_MAX } from './take-handle.ts'
import { memberView } from './view.ts'

const WHY: Record<HandleRefusal, string> = {
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
  const me = async (memberId: string) => {
    const row = await memberById(db.pool, memberId)
    if (!row) throw new Error('a session without a member')
    return memberView(row)
  }

  app.get(
    '/me',
    operation({
      id: 'getMe',
      tag: 'members',
      summary: 'Read your own profile',
      session: 'required',
      answers: { 200: MemberSchema },
    }),
    async (request) => me(viewer(request).memberId),
  )

  app.patch(
    '/me',
    operation({
      id: 'changeMe',
      tag: 'members',
      summary: 'Change your profile',
      description:
        'Fields that are left out stay as they are. A handle of null gives the handle up. One that is given up, for another ' +
        `or for none, is kept for you for ${KEPT_DAYS} days. No two members have handles that can be mistaken for each other.`,
      session: 'required',
      body: ProfileChangeSchema,
      answers: { 200: MemberSchema },
      refuses: ['handle_taken', 'handle_confusable', 'handle_reserved', 'too_many_handles'],
    }),
    async (request) => {
      const { memberId } = viewer(request)
      const change = request.body as ProfileChange
      const result = await withTransaction(db.pool, (tx) => changeProfile(tx, { memberId, change }))
      if (!result.ok) throw problem(result.code, WHY[result.code])
      return memberView(result.member)
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
      const { exitSecret } = await db.prisma.member.findUniqueOrThrow({
        where: { id: viewer(request).memberId },
        select: { exitSecret: true },
      })
      return { exitSecret: exitSecretText(exitSecret) }
    },
  )

  app.get(
    '/members/:id',
    operation({
      id: 'getMember',
      tag: 'members',
      summary: 'Read a member, by id, handle or address',
      session: 'optional',
      params: MemberParams,
      answers: { 200: MemberSchema },
      refuses: ['member_not_found'],
    }),
    async (request) => {
      const row = await findMember(db.pool, request.params.id)
      if (!row) throw problem('member_not_found')
      return memberView(row)
    },
  )
}
