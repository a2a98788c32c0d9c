import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { memberView } from '../members/view.ts'
import { viewer } from './hook.ts'
import { issueNonce } from './nonces.ts'
import { NonceSchema, SessionSchema, SignInSchema } from './schemas.ts'
import { endSession } from './sessions.ts'
import { signIn } from './sign-in.ts'

const NOT_A_MESSAGE =
  'is not an EIP-4361 message, to the letter: without a statement two empty lines stand before “URI:”'

export async function authRoutes(app: App, deps: Deps): Promise<void> {
  app.post(
    '/auth/nonce',
    operation({
      id: 'createNonce',
      tag: 'auth',
      summary: 'Ask for a nonce to sign in with',
      description: 'Good for one attempt within five minutes.',
      session: 'none',
      answers: { 200: NonceSchema },
    }),
    async (_request, reply) => {
      reply.header('cache-control', 'no-store')
      const { nonce, expiresAt } = await issueNonce(deps.db.pool)
      return { nonce, expiresAt: expiresAt.toISOString() }
    },
  )

  app.post(
    '/auth/verify',
    operation({
      id: 'signIn',
      tag: 'auth',
      summary: 'Sign in with a wallet (EIP-4361)',
      description:
        'The message carries a nonce of `POST /v1/auth/nonce`, the domain and URI of `GET /v1/network` and its chain id; ' +
        'a message for another domain, URI or chain is refused as `domain_mismatch`. An attempt uses the nonce up. ' +
        'A first sign-in makes the member and hands over the exit secret.',
      session: 'none',
      body: SignInSchema,
      answers: { 200: SessionSchema },
      refuses: ['bad_signature', 'nonce_used', 'domain_mismatch', 'expired'],
    }),
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      const result = await signIn(deps, { ...request.body, userAgent: request.headers['user-agent'] })
      if (result.ok)
        return { ...result, expiresAt: result.expiresAt.toISOString(), member: memberView(result.member) }
      if (result.code !== 'not_a_message') throw problem(result.code)
      throw problem('validation_failed', `message: ${NOT_A_MESSAGE}`, {
        faults: [{ pointer: '#/message', detail: NOT_A_MESSAGE }],
      })
    },
  )

  app.delete(
    '/auth/session',
    operation({
      id: 'signOut',
      tag: 'auth',
      summary: 'End this session',
      session: 'required',
      scope: 'session',
      answers: { 204: NoContent },
    }),
    async (request, reply) => {
      const { sessionId } = viewer(request)
      if (sessionId) await endSession(deps.db.pool, sessionId)
      reply.code(204)
      return null
    },
  )
}
