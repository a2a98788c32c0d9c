import { withTransaction } from '@rivulet/db'
import { consent, withdrawConsent } from '@rivulet/economy'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { MemberParams } from '../members/schemas.ts'
import { findMember } from '../members/store.ts'

/** Consent to be listed in the splits of somebody's posts. */
export async function consentsRoutes(app: App, { db }: Deps): Promise<void> {
  async function turn(name: string, memberId: string, verb: typeof consent): Promise<void> {
    const author = await findMember(db.pool, name)
    if (!author) throw problem('member_not_found')
    const result = await withTransaction(db.pool, (tx) => verb(tx, { memberId, authorId: author.id }))
    if (!result.ok) throw problem(result.code)
  }

  app.put(
    '/members/:id/split-consent',
    operation({
      id: 'giveSplitConsent',
      tag: 'consents',
      summary: 'Agree that this author lists you in the splits of posts',
      description: 'It holds for all posts they publish until you take it back.',
      session: 'required',
      params: MemberParams,
      answers: { 204: NoContent },
      refuses: ['member_not_found', 'self_consent', 'blocked'],
    }),
    async (request, reply) => {
      await turn(request.params.id, viewer(request).memberId, consent)
      reply.code(204)
      return null
    },
  )

  app.delete(
    '/members/:id/split-consent',
    operation({
      id: 'withdrawSplitConsent',
      tag: 'consents',
      summary: 'No longer agree to be listed by this author',
      description: 'Splits are fixed at publishing: posts that list you go on doing so.',
      session: 'required',
      params: MemberParams,
      answers: { 204: NoContent },
      refuses: ['member_not_found', 'self_consent'],
    }),
    async (request, reply) => {
      await turn(request.params.id, viewer(request).memberId, withdrawConsent)
      reply.code(204)
      return null
    },
  )
}
