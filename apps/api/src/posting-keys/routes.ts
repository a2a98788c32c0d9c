import { postingKeyHash } from '@rivulet/authorship'
import { isId } from '@rivulet/db'
import { getAddress } from 'ethers'
import { viewer } from '../auth/hook.ts'
import { isSignedBy } from '../auth/signature.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { NoContent } from '../http/schemas.ts'
import { ListQuery, listOf, page } from '../lists/list.ts'
import { NewPostingKeySchema, PostingKeyParams, PostingKeySchema, postingKeyView } from './schemas.ts'
import { addPostingKey, MOST_DAYS, MOST_POSTING_KEYS, postingKeysOf, revokePostingKey } from './store.ts'

const WHY = {
  already_over: 'must be ahead',
  too_far: `must be at most ${MOST_DAYS} days ahead`,
  too_many_posting_keys: `${MOST_POSTING_KEYS} of your posting keys are good: revoke one, or wait until one is over.`,
  posting_key_exists: 'This address has been a posting key of yours by another word: take a fresh key.',
}

/** A member's posting keys, so that a wallet is not asked for each post: added, listed and revoked in person only. */
export async function postingKeysRoutes(app: App, deps: Deps): Promise<void> {
  const { db, cursors, config, provider } = deps
  const [tag, session, scope] = ['posts', 'required', 'session'] as const
  app.post(
    '/me/posting-keys',
    operation({
      id: 'addPostingKey',
      ...{ tag, session, scope },
      summary: 'Let a key sign your posts',
      description:
        `Your wallet signs for it once. ${MOST_POSTING_KEYS} at most are good at a time, each for a year at most. ` +
        'The same again answers with the key there is.',
      body: NewPostingKeySchema,
      answers: { 201: PostingKeySchema },
      refuses: ['invalid_signature', 'too_many_posting_keys', 'posting_key_exists'],
    }),
    async (request, reply) => {
      const { memberId, address: member } = viewer(request)
      const { name, signature } = request.body
      const key = getAddress(request.body.address.toLowerCase())
      const notAfter = new Date(request.body.notAfter)
      const hash = postingKeyHash({ member, key, name, notAfter: notAfter.getTime() })
      if (key === member) throw invalid('validation_failed', 'address', 'is your wallet: it signs by itself')
      if (!(await isSignedBy(provider, member, hash, signature)))
        throw invalid('invalid_signature', 'signature', `must be by ${member}, of what has the hash ${hash}`)
      const wish = {
        memberId,
        address: key,
        name,
        notAfter,
        signature: Buffer.from(signature.slice(2), 'hex'),
      }
      const added = await addPostingKey(db.pool, wish)
      if (!added.ok) {
        const { code } = added
        if (code === 'already_over' || code === 'too_far')
          throw invalid('validation_failed', 'notAfter', WHY[code])
        throw problem(code, WHY[code])
      }
      reply.code(201)
      return postingKeyView(added.key)
    },
  )

  app.get(
    '/me/posting-keys',
    operation({
      id: 'listPostingKeys',
      ...{ tag, session, scope },
      summary: 'Your posting keys, newest first',
      description: 'Also those that were revoked or are over.',
      query: ListQuery,
      answers: { 200: listOf(PostingKeySchema) },
      refuses: ['invalid_cursor'],
    }),
    async (request, reply) => {
      const { memberId } = viewer(request)
      const rows = await page(
        request,
        reply,
        { cursors, publicUrl: config.publicUrl },
        ['posting-keys', memberId],
        ({ after, take }) => postingKeysOf(db.pool, memberId, { before: after, take }),
        (row) => row.id,
      )
      return { ...rows, data: rows.data.map(postingKeyView) }
    },
  )

  app.delete(
    '/me/posting-keys/:id',
    operation({
      id: 'revokePostingKey',
      ...{ tag, session, scope },
      summary: 'Revoke a posting key',
      description: 'What it has signed up to now stays signed; nothing after.',
      params: PostingKeyParams,
      answers: { 204: NoContent },
      refuses: ['posting_key_not_found'],
    }),
    async (request, reply) => {
      const { id } = request.params
      if (!isId(id)) throw problem('posting_key_not_found')
      const revoked = await revokePostingKey(db.pool, { memberId: viewer(request).memberId, id })
      if (!revoked.ok) throw problem(revoked.code)
      reply.code(204)
      return null
    },
  )
}

function invalid(code: 'validation_failed' | 'invalid_signature', field: string, detail: string) {
  return problem(code, `${field}: ${detail}`, { faults: [{ pointer: `#/${field}`, detail }] })
}
