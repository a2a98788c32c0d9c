import { viewer } from '../auth/hook.ts'
import { exitSecretText } from '../auth/sign-in.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { changeProfile, type ProfileChange } from './change-profile.ts'
import { ExitSecretSchema, MemberParams, MemberSchema, ProfileChangeSchema } from './schemas.ts'
import { findMember, memberById } from './store.ts'
import { memberView } from './view.ts'

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
      description: 'Fields that are left out stay as they are. A handle of null gives the handle up.',
      session: 'required',
      body: ProfileChangeSchema,
      answers: { 200: MemberSchema },
      refuses: ['handle_taken'],
    }),
    async (request) => {
      const { memberId } = viewer(request)
      const result = await changeProfile(db.prisma, memberId, request.body as ProfileChange)
      if (!result.ok) throw problem(result.code)
      return me(memberId)
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
