import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { MemberParams } from '../members/schemas.ts'
import { findMember } from '../members/store.ts'
import { EntrySchema } from './schemas.ts'
import { entriesOf } from './store.ts'

/** The log of a member: their signed posts, for anyone to take and check. */
export async function authorshipRoutes(app: App, { db, cursors, config }: Deps): Promise<void> {
  app.get(
    '/members/:id/log',
    operation({
      id: 'getLog',
      tag: 'posts',
      summary: "List a member's signed posts in the order they were signed",
      description:
        'Each names the hash of the one before, and carries all it takes to check it, also when its text is gone: ' +
        '`npm run verify-posts` does, offline. A contract wallet’s signature only its chain can check (EIP-1271).',
      session: 'optional',
      params: MemberParams,
      query: ListQuery,
      answers: { 200: listOf(EntrySchema) },
      refuses: ['member_not_found', 'invalid_cursor'],
    }),
    async (request, reply) => {
      const member = await findMember(db.pool, request.params.id)
      if (!member) throw problem('member_not_found')
      const viewerId = request.viewer?.memberId ?? null
      return page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['log', member.id],
        ({ after, take }) => entriesOf(db.pool, member.id, { viewerId, after: Number(after ?? -1), take }),
        (entry) => String(entry.seq),
      )
    },
  )
}
