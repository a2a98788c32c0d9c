import { GroupCommit, isId } from '@rivulet/db'
import { textFor, type Unlock, type UnlockInput, type UnlockResult, unlock } from '@rivulet/economy'
import { formatAmount } from '@rivulet/ledger'
import { z } from 'zod'
import { viewer } from '../auth/hook.ts'
import type { Deps } from '../deps.ts'
import { problem } from '../errors/problem.ts'
import type { App } from '../http/app.ts'
import { operation } from '../http/operation.ts'
import { AmountOut, Id, Time } from '../http/schemas.ts'
import { idempotent, ONCE_REFUSALS, onceRequest, refusal, sendOnce } from '../idempotency/idempotent.ts'
import { type Answer, type OnceRequest, type OnceResult, once } from '../idempotency/once.ts'
import { limitReached } from '../keys/limit-reached.ts'

const UnlockAnswer = z
  .object({
    id: Id,
    postId: Id,
    amount: AmountOut,
    fee: AmountOut,
    parts: z.array(z.object({ memberId: Id, amount: AmountOut })),
    createdAt: Time,
  })
  .meta({ id: 'Unlock' })

const Params = z.strictObject({ id: Id })

/** Articles with a price: paying for the text, and reading it. */
export async function unlocksRoutes(app: App, { db, rules }: Deps): Promise<void> {
  const writer = new GroupCommit<OnceRequest<UnlockInput>, OnceResult>(db.hot, (tx, requests) =>
    once(tx, requests, async (tx, inputs) => (await unlock(tx, rules, inputs)).map(answerOf)),
  )
  app.addHook('onClose', () => writer.drain())

  app.post(
    '/posts/:id/unlock',
    idempotent(
      operation({
        id: 'unlockPost',
        summary: 'Buy the text of an article',
        description:
          'Pays its price, split as the post says, less the fee. The text is yours for ever, whatever the price becomes; ' +
          'when the author deletes the post, it is gone for all. What you had bought before is answered with 200, and ' +
          'nothing is paid.',
        tag: 'unlocks',
        session: 'required',
        scope: 'pay',
        params: Params,
        answers: { 200: UnlockAnswer, 201: UnlockAnswer },
        refuses: [
          ...ONCE_REFUSALS,
          'post_not_found',
          'member_not_found',
          'self_unlock',
          'not_for_sale',
          'blocked',
          'suspended',
          'below_minimum',
          'insufficient_funds',
          'spend_limit',
        ],
      }),
    ),
    async (request, reply) => {
      const { memberId: payerId, key } = viewer(request)
      const { id: postId } = request.params
      if (!isId(postId)) throw problem('post_not_found')
      const wish = onceRequest(request, payerId, { payerId, postId, key })
      return sendOnce(reply, await writer.submit(wish)) as z.infer<typeof UnlockAnswer>
    },
  )

  app.get(
    '/posts/:id/text',
    operation({
      id: 'getPostText',
      summary: 'Read the text of a post',
      description:
        'Of an article with a price: for its author and co-authors and for whoever unlocked it. Others are told the price, ' +
        'and the call that pays it.',
      tag: 'unlocks',
      session: 'optional',
      params: Params,
      answers: { 200: z.object({ text: z.string() }).meta({ id: 'PostText' }) },
      refuses: ['payment_required', 'post_not_found'],
    }),
    async (request, reply) => {
      const { id: postId } = request.params
      if (!isId(postId)) throw problem('post_not_found')
      reply.header('cache-control', 'private, no-store')
      const result = await textFor(db.pool, { postId, readerId: request.viewer?.memberId ?? null })
      if (result.ok) return { text: result.text }
      if (result.code === 'post_not_found') throw problem('post_not_found')
      const price = formatAmount(result.price)
      const path = `/v1/posts/${postId}/unlock`
      throw problem(
        'payment_required',
        `The text costs ${price}, once: POST ${path} with an Idempotency-Key pays it from your \`available\`.`,
        { extension: { price, unlock: { method: 'POST', path } } },
      )
    },
  )
}

function answerOf(result: UnlockResult): Answer {
  if (result.ok) return { status: result.already ? 200 : 201, body: present(result.unlock) }
  return result.code === 'spend_limit' ? limitReached(result) : refusal(result.code)
}

function present({ id, postId, amount, fee, parts, createdAt }: Unlock): z.infer<typeof UnlockAnswer> {
  return {
    ...{ id, postId, amount: formatAmount(amount), fee: formatAmount(fee) },
    parts: parts.map((part) => ({ memberId: part.memberId, amount: formatAmount(part.amount) })),
    createdAt: createdAt.toISOString(),
  }
}
