import { viewer } from '../auth/hook.ts'
import { issueNonce, useNonce } from '../auth/nonces.ts'
import { isSignedBy } from '../auth/signature.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { deleteMember } from './delete-member.ts'
import { DeletionQuoteSchema, DeletionSchema } from './schemas.ts'
import { digestOf, typedDataOf } from './typed-data.ts'

const AGAIN = 'Ask for typed data again, and sign that.'

/** The end of an account: by session, and a fresh signature of its wallet. */
export async function deletionRoutes(app: App, { db, config, provider, now }: Deps): Promise<void> {
  const [tag, session, scope] = ['members', 'required', 'session'] as const
  app.post(
    '/me/deletion',
    operation({
      id: 'quoteDeletion',
      ...{ tag, session, scope },
      summary: 'Ask for what to sign, to delete your account',
      description: 'Typed data (EIP-712) for `eth_signTypedData_v4`, good once and for five minutes.',
      answers: { 200: DeletionQuoteSchema },
    }),
    async (request, reply) => {
      const { nonce, expiresAt } = await issueNonce(db.pool)
      const deadline = Math.floor(expiresAt.getTime() / 1_000)
      reply.header('cache-control', 'no-store')
      return {
        typedData: typedDataOf(config, { account: viewer(request).address, nonce, deadline }),
        expiresAt: new Date(deadline * 1_000).toISOString(),
      }
    },
  )

  app.delete(
    '/me',
    operation({
      id: 'deleteMe',
      ...{ tag, session, scope },
      summary: 'Delete your account',
      description:
        'Only while it holds nothing: 409 `account_not_empty` lists what it holds, and what to do. What you wrote loses its text, ' +
        'your profile is blank, your handle is kept for you for 30 days; sessions, keys, subscriptions, follows and bookmarks are ' +
        'gone. What was paid stays in the books. Your wallet can sign in again, to a blank account, where money that came later waits.',
      body: DeletionSchema,
      answers: { 204: NoContent },
      refuses: ['bad_signature', 'nonce_used', 'expired', 'account_not_empty'],
    }),
    async (request, reply) => {
      const { memberId, address: account } = viewer(request)
      const { nonce, signature } = request.body
      const deadline = Number(request.body.deadline)
      // Used up by the attempt, whatever comes of it.
      const fresh = await useNonce(db.pool, nonce)
      if (deadline * 1_000 <= now()) throw problem('expired', `The deadline is over. ${AGAIN}`)
      if (!fresh) throw problem('nonce_used', AGAIN)
      const digest = digestOf(typedDataOf(config, { account, nonce, deadline }))
      if (!(await isSignedBy(provider, account, digest, signature)))
        throw problem('bad_signature', `It is not by ${account}, of this nonce and deadline. ${AGAIN}`)
      const result = await deleteMember(db.pool, memberId)
      if (!result.ok)
        throw problem('account_not_empty', `${result.obstacles.join('; ')}.`, {
          faults: result.obstacles.map((detail) => ({ pointer: '#', detail })),
        })
      reply.code(204)
      return null
    },
  )
}
